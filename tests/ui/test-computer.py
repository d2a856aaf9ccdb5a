#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""This Computer, in the demo: every button does what it says, by AT-SPI and by the keyboard alone."""

import contextlib
import re

from nbui import SOURCE, App, Atspi, Role, run, wait

OFF = "Nested Virtualization Is Off"
READY = "Ready for Nested Virtual Machines"
BUTTON = Role.PUSH_BUTTON
SWITCH = (Role.CHECK_BOX, Role.TOGGLE_BUTTON, Role.SWITCH if hasattr(Role, "SWITCH") else Role.CHECK_BOX)


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
        app.find("Run a virtual machine inside a virtual machine")
        app.find(READY)
        app.find("Tested: a virtual machine ran inside a virtual machine here, 1.9 µs a round trip.")
        assert drop_in(app) == "options kvm_intel nested=1\n"
        app.press("Undo", BUTTON)  # before the toast goes
        app.find(OFF)
        assert drop_in(app) is None


def test_again():
    with demo("--scenario", "ready") as app:
        app.find(READY)
        app.find("Tested: a virtual machine ran inside a virtual machine here, 1.9 µs a round trip.")
        app.press("Test Again", BUTTON)
        app.find("Testing: a virtual machine inside a virtual machine…")
        wait(lambda: shown(app, "A virtual machine ran inside a virtual machine, 1.9 µs a round trip (at "), "the answer")


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


def shown(app, text):
    return any(text in name for _role, name in app.names())


def in_use():
    with demo("--scenario", "in-use") as app:
        app.find("Off: Virtual Machines Must Stop First")
        app.find("Possibly Other Programs")
        app.press("Show…", BUTTON)
        app.gone("Possibly Other Programs")
        wait(lambda: shown(app, "Running · Process 4211 of user libvirt-qemu"), "the processes")

        app.press("Shut Down web-staging", BUTTON)
        app.gone("Shut Down web-staging", BUTTON)
        wait(lambda: shown(app, "kvm_intel, loaded, 21 uses"), "the use count")
        # What libvirt would forget is asked about.
        app.press("Shut Down ci-runner-4711", BUTTON)
        app.press_in("Shut Down “ci-runner-4711”?", "Cancel")
        app.gone("Shut Down “ci-runner-4711”?")
        app.press("Shut Down ci-runner-4711", BUTTON)
        app.press_in("Shut Down “ci-runner-4711”?", "Shut Down")
        app.gone("ci-runner-4711")

        app.press("Enable…", BUTTON)
        app.find("At the Next Restart")
        app.press("Start", BUTTON)
        app.find("It takes effect when the computer restarts.")
        app.press_in("Enable Nested Virtualization", "Close")
        app.find("On After the Next Restart")
        assert drop_in(app) == "options kvm_intel nested=1\n"


def stranger():
    """What is no machine of libvirt is named, and makes Now impossible, with the reason."""
    with demo("--scenario", "in-use") as app:
        app.find("Shut Down web-staging", BUTTON)
        root, = (path.parent for path in app.folder.glob("nestbox-demo-*/facts.ini"))
        process = root / "proc" / "5873"
        (process / "fd").mkdir(parents=True)
        (process / "comm").write_text("emulator64\n")
        (process / "status").write_text("Name:\temulator64\nUid:\t1000\t1000\t1000\t1000\n")
        (process / "fd" / "9").symlink_to("anon_inode:kvm-vm")
        app.press("Shut Down web-staging", BUTTON)
        app.find("emulator64")
        wait(lambda: shown(app, "Process 5873 of user sam") or shown(app, "Your process 5873"), "whose it is")
        app.press("Enable…", BUTTON)
        wait(lambda: shown(app, "Not possible while a program uses KVM"), "the reason")
        now = app.find("Shut Down 7 Machines and Enable", Role.RADIO_BUTTON, Role.CHECK_BOX)
        assert not now.get_state_set().contains(Atspi.StateType.SENSITIVE)
        app.press("Cancel", BUTTON)
        app.gone("At the Next Restart")
        # It is closed: the use count changes, and all is possible again.
        (process / "fd" / "9").unlink()
        app.press("Shut Down k8s-node-1", BUTTON)
        app.gone("emulator64")


def force_off():
    """Offered only after waiting, and it asks."""
    with demo("--scenario", "in-use") as app:
        deaf = "Windows XP (old scanner)"
        app.find("Shut Down k8s-node-1", BUTTON)
        app.keys("alt+2")
        app.press_row(deaf)
        app.press("Machine Menu", BUTTON, Role.TOGGLE_BUTTON)
        app.press("Start")
        app.find("Running")
        app.keys("alt+Left")
        app.gone("Machine Menu", BUTTON, Role.TOGGLE_BUTTON)
        app.keys("alt+1")
        app.press(f"Shut Down {deaf}", BUTTON)
        # Both from one look: on a busy computer a second one may come when waiting is over.
        shown = wait(lambda: [names for names in [{name for _role, name in app.names()}] if "Shutting down…" in names], "waiting")
        assert f"Force {deaf} Off…" not in shown[0], shown
        wait(lambda: app.look_for(f"Force {deaf} Off…", BUTTON), "forcing off to be offered", 60)
        app.press(f"Force {deaf} Off…", BUTTON)
        app.find(f"Force “{deaf}” Off?")
        app.press("Force Off", BUTTON)
        app.gone("Forcing it off…")
        app.gone(f"Shut Down {deaf}", BUTTON)


def firmware_off():
    with demo("--scenario", "firmware-off") as app:
        app.find("Virtualization Is Turned Off in the Firmware Settings")
        app.find("systemctl reboot --firmware-setup")
        app.press("Copy Command", BUTTON)
        app.find("Command copied")
        assert app.look_for("After a Restart") is None


def unknown_registers():
    """ignore_msrs is switched at once and for later; Undo takes both back, and what else our file says stays."""
    def live():
        folder, = (path.parent for path in app.folder.glob("nestbox-demo-*/facts.ini"))
        return (folder / "sys/module/kvm/parameters/ignore_msrs").read_text()

    def is_on():
        switch = app.look_for("Ignore Unknown Processor Registers", *SWITCH)
        return switch is not None and switch.get_state_set().contains(Atspi.StateType.CHECKED)

    with demo() as app:
        app.find("System Default (Off)")
        app.press_row("On", "space")
        app.find("On After the Next Restart")
        nested = "options kvm_intel nested=1\n"
        app.find("Ignore Unknown Processor Registers", *SWITCH)
        assert not is_on() and live() == "N\n"
        app.press("Ignore Unknown Processor Registers", *SWITCH)
        app.find("Virtual machines may use registers that KVM does not know")
        wait(is_on, "the switch to be on")
        assert live() == "Y\n" and drop_in(app) == nested + "options kvm ignore_msrs=1\n"
        app.press("Undo", BUTTON)
        wait(lambda: drop_in(app) == nested, "the line to be removed")
        wait(lambda: not is_on(), "the switch to be off")
        assert live() == "N\n"


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
        app.keys("Escape")


def press_words(app, words):
    """A row of libadwaita's own window has no action, but its words have."""
    wait(lambda: next((item for item in app.walk() if app.name_of(item) == words and app.is_showing(item)
                       and item.get_n_actions() > 0), None), f"“{words}”").do_action()


def about():
    """What is new, as the listing says it, and the report for a bug."""
    def shows(words):
        return lambda: any(words in item.get_text() for item in app.walk() if item.get_role() == Role.TEXT)

    with demo() as app:
        app.find(OFF)
        app.keys("F10")
        app.press("About Nestbox")
        press_words(app, "Troubleshooting")
        press_words(app, "Debugging Information")
        wait(shows(OFF), "the report")
        app.kill()  # dialogs that lie over each other close in another way with each libadwaita
    with demo() as app:
        app.find(OFF)
        app.keys("F10")
        app.press("About Nestbox")
        press_words(app, "What’s New")
        notes = (SOURCE / "data/io.github.nestbox.Nestbox.metainfo.xml.in").read_text()
        first = re.search(r"<release .*?<li>(.*?)</li>", notes, re.DOTALL).group(1)
        wait(shows(" ".join(first.split())), "the notes")
        app.kill()


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


run(enable_and_undo, test_again, cancel, after_a_restart, disable_asks, in_use, stranger, force_off, firmware_off, unknown_registers,
    another_scenario, keyboard_only, about,
    everything_has_a_name)
