#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""This Computer, in the demo: every button does what it says, by AT-SPI and by the keyboard alone."""

import contextlib

from nbui import App, Atspi, Role, run, wait

OFF = "Nested Virtualization Is Off"
READY = "Ready for Nested Virtual Machines"
BUTTON = Role.PUSH_BUTTON


@contextlib.contextmanager
def demo(*arguments, **options):
    app = App("--demo", *arguments, **options)
    try:
        yield app
        if app.process.poll() is None:
            app.close()
    finally:
        if app.process.poll() is None:
            app.kill()


def drop_in(app):
    folder, = (path.parent for path in app.folder.glob("nestbox-demo-*/facts.ini"))
    with contextlib.suppress(FileNotFoundError):
        return (folder / "etc/modprobe.d/zz-nestbox.conf").read_text()
    return None


def is_selected(app, tab):
    return app.look_for(tab, Role.PAGE_TAB).get_state_set().contains(Atspi.StateType.SELECTED)


def enable_and_undo():
    with demo() as app:
        app.find(OFF)
        assert drop_in(app) is None
        app.press("Enable", BUTTON)
        app.find("Load KVM anew")
        app.find(READY)
        assert drop_in(app) == "options kvm_intel nested=1\n"
        app.press("Undo", BUTTON)  # before the toast goes
        app.find(OFF)
        assert drop_in(app) is None


def cancel():
    with demo() as app:
        app.find("Enable", BUTTON)
        app.keys("Return")
        app.find("Ask for an administrator’s password")
        app.keys("Escape")
        app.find("Enable", BUTTON)
        app.find(OFF)
        assert drop_in(app) is None


def after_a_restart():
    with demo() as app:
        app.find("System Default (Off)")
        app.press_row("On", "space")
        app.find("On After the Next Restart")
        assert drop_in(app) == "options kvm_intel nested=1\n"
        app.press_row("Off", "space")
        app.find(OFF)
        assert drop_in(app) == "options kvm_intel nested=0\n"
        app.keys("Up", "Up", "space")
        wait(lambda: drop_in(app) is None, "the file to be removed")
        app.find("System Default (Off)")


def disable_asks():
    with demo() as app:
        app.press("Enable", BUTTON)
        app.find("Nested virtualization is on")
        app.find(READY)
        app.find("Set Up a Virtual Machine", BUTTON)
        assert app.find("On", Role.CHECK_BOX, Role.RADIO_BUTTON).get_state_set().contains(Atspi.StateType.CHECKED)
        app.keys("alt+d")
        app.find("Disable Nested Virtualization?")
        app.press("Cancel", BUTTON)
        app.gone("Disable Nested Virtualization?")
        app.keys("alt+d")
        app.find("Disable Nested Virtualization?")
        app.press("Disable", BUTTON)
        app.find(OFF)
        assert drop_in(app) == "options kvm_intel nested=0\n"


def in_use():
    with demo("--scenario", "in-use") as app:
        app.find("Off: Virtual Machines Must Stop First")
        app.find("Something Else")
        app.press("Show…", BUTTON)
        app.find("windows-11")
        app.press("Enable…", BUTTON)
        app.find("Enable at the Next Restart?")
        app.press("At Next Restart", BUTTON)
        app.find("On After the Next Restart")
        assert drop_in(app) == "options kvm_intel nested=1\n"


def firmware_off():
    with demo("--scenario", "firmware-off") as app:
        app.find("Virtualization Is Turned Off in the Firmware Settings")
        app.find("systemctl reboot --firmware-setup")
        app.press("Copy Command", BUTTON)
        app.find("Command copied")
        assert app.look_for("After a Restart") is None


def another_scenario():
    with demo() as app:
        app.find(OFF)
        app.keys("alt+t")
        app.press("Ready")
        app.find(READY)


def keyboard_only():
    with demo() as app:
        app.find(OFF)
        app.keys("Return")  # the main button has the focus
        app.find(READY)
        app.keys("ctrl+z")
        app.find(OFF)
        app.keys("alt+2")
        wait(lambda: is_selected(app, "Virtual Machines"), "the machines to be shown")
        app.keys("alt+1")
        wait(lambda: is_selected(app, "This Computer"), "the computer to be shown")
        app.keys("ctrl+shift+c")
        app.find("Report copied")
        app.keys("F10")
        app.find("About Nestbox")
        app.keys("Escape")
        app.keys("ctrl+question")
        app.find("Undo the last change")


def everything_has_a_name():
    roles = {BUTTON, Role.TOGGLE_BUTTON, Role.RADIO_BUTTON, Role.CHECK_BOX, Role.LINK, Role.ENTRY, Role.COMBO_BOX}
    for scenario in ("off", "in-use", "firmware-off", "ready"):
        with demo("--scenario", scenario) as app:
            app.find("Checks")
            nameless = [item for item in app.walk(everything=True)
                        if item.get_role() in roles and App.is_showing(item) and not App.name_of(item)
                        and item.get_parent().get_role() not in roles]
            assert not nameless, [(item.get_role_name(), item.get_parent().get_role_name(),
                                   item.get_parent().get_name()) for item in nameless]


run(enable_and_undo, cancel, after_a_restart, disable_asks, in_use, firmware_off, another_scenario, keyboard_only,
    everything_has_a_name)
