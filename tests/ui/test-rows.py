#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The list of Virtual Machines, in the demo: a row's menu, and several machines set at once."""

import contextlib
import tempfile

from nbui import App, Atspi, Role, run, wait

BUTTON = Role.PUSH_BUTTON
SETTING_UP = "Set Up Several Machines"


@contextlib.contextmanager
def demo(*arguments, **options):
    app = App("--demo", "--scenario", "ready", *arguments, **options)
    try:
        app.keys("alt+2")
        app.find("k8s-node-1", Role.LIST_ITEM)
        yield app
        if app.process.poll() is None:
            app.close()
    finally:
        if app.process.poll() is None:
            app.kill()


def has_state(item, state):
    return item is not None and item.get_state_set().contains(state)


def description(app, name):
    item = app.look_for(name, Role.LIST_ITEM)
    return item.get_description() if item is not None else ""


def says(app, name, text):
    wait(lambda: text in description(app, name), f"“{name}” to say “{text}”")


def open_menu(app, name):
    app.press(f"Menu of {name}", BUTTON)
    app.find("Copy XML")


def is_enabled(app, name):
    return has_state(app.look_for(name, Role.MENU_ITEM), Atspi.StateType.SENSITIVE)


def row(app, name):
    """Goes to a row as the keyboard does."""
    item = app.find(name, Role.LIST_ITEM)
    app.keys()
    for move in ["Tab"] * 8 + ["Down"] * 20 + ["Up"] * 30:
        if has_state(item, Atspi.StateType.FOCUSED):
            return
        if move == "Tab" and any(has_state(child, Atspi.StateType.FOCUSED) for child in rows(app)):
            continue
        app.keys(move)
        with contextlib.suppress(AssertionError):
            wait(lambda: has_state(item, Atspi.StateType.FOCUSED), "the focus", 0.3)
    raise AssertionError(f"the focus does not come to “{name}”")


def rows(app):
    found = app.look_for("Virtual machines", Role.LIST)
    return [found.get_child_at_index(i) for i in range(found.get_child_count())]


def is_picked(app, name):
    return has_state(app.look_for(name, Role.CHECK_BOX), Atspi.StateType.CHECKED)


def shown(app, text):
    return any(text in name for _role, name in app.names())


def start_and_shut_down():
    with demo() as app:
        open_menu(app, "proxmox-lab")
        assert not is_enabled(app, "Shut Down") and not is_enabled(app, "Shut Down and Start")
        app.press("Start", Role.MENU_ITEM)
        says(app, "proxmox-lab", "Running")
        open_menu(app, "proxmox-lab")
        assert app.look_for("Start", Role.MENU_ITEM) is None
        app.press("Shut Down", Role.MENU_ITEM)
        says(app, "proxmox-lab", "Shut Off")


def resume():
    with demo() as app:
        says(app, "k8s-node-3", "Paused")
        open_menu(app, "k8s-node-3")
        assert app.look_for("Start", Role.MENU_ITEM) is None
        app.press("Resume", Role.MENU_ITEM)
        says(app, "k8s-node-3", "Running")


def shut_down_and_start_by_keyboard():
    with demo() as app:
        row(app, "web-staging")
        app.keys_for("shift+F10", "Copy XML")
        assert is_enabled(app, "Shut Down and Start")
        app.keys("Escape")
        app.gone("Copy XML")
        row(app, "web-staging")
        app.keys_for("Menu", "Copy XML")
        app.press("Shut Down and Start", Role.MENU_ITEM)
        app.gone("Copy XML")
        says(app, "web-staging", "Running")


def no_restart_of_what_would_be_gone():
    with demo() as app:
        open_menu(app, "ci-runner-4711")
        assert is_enabled(app, "Shut Down") and not is_enabled(app, "Shut Down and Start")
        app.keys("Escape")
        app.gone("Copy XML")


def copy_xml():
    with demo() as app:
        open_menu(app, "web-staging")
        wait(lambda: is_enabled(app, "Copy XML"), "the XML to be read")
        app.press("Copy XML", Role.MENU_ITEM)
        app.find("XML copied, without passwords")


def pick_by_keyboard():
    with demo() as app:
        row(app, "k8s-node-1")
        app.keys("ctrl+space")
        wait(lambda: is_picked(app, "k8s-node-1"), "it to be picked")
        app.find("1 selected")
        app.keys("Down", "Return")
        app.find("2 selected")
        app.keys("Return")
        app.find("1 selected")
        app.keys("ctrl+a")
        app.find("13 selected")
        app.keys("Escape")
        app.gone("13 selected")
        # Enter opens again.
        row(app, "k8s-node-1")
        app.keys("Return")
        app.find("Back", BUTTON)


def search_keeps_what_is_picked():
    with demo() as app:
        app.press("Select Machines", Role.TOGGLE_BUTTON, BUTTON)
        app.find("None selected")
        assert not has_state(app.look_for("Set Up…", BUTTON), Atspi.StateType.SENSITIVE)
        app.keys("ctrl+f")
        app.keys("k", "8", "s")
        wait(lambda: len([item for item in rows(app) if app.is_showing(item)]) == 3, "what was searched for")
        app.press("Select All", BUTTON)
        app.find("3 selected")
        app.keys("ctrl+a", "BackSpace")
        app.find("Windows 11 (WSL)", Role.LIST_ITEM)
        app.find("3 selected")


def set_up(app):
    app.press("Select Machines", Role.TOGGLE_BUTTON, BUTTON)
    # Before that the bar is not there: Select All would begin to select, and the other button's press, which comes
    # late, would end it.
    app.find("k8s-node-1", Role.CHECK_BOX)
    app.press("Select All", BUTTON)
    app.find("13 selected")
    app.press("Set Up…", BUTTON)
    app.find("Choose what these machines are to have. Nothing is changed before you press Apply.")


def choose(app, *moves):
    """The dialog's rows, by the keyboard: it begins at “Leave as It Is”."""
    def checked():
        return [app.name_of(item) for item in app.walk() if item.get_role() in (Role.CHECK_BOX, Role.RADIO_BUTTON)
                and app.is_showing(item) and has_state(item, Atspi.StateType.CHECKED)]
    before = checked()
    app.keys(*moves, "space")
    wait(lambda: checked() != before, "another choice")


def several_at_once():
    with demo() as app:
        set_up(app)
        choose(app, "Tab", "Down")
        wait(lambda: shown(app, "8 machines will change."), "what will change")
        assert shown(app, "4 machines need no change.")
        assert shown(app, "1 machine is left out.")
        assert shown(app, "This machine exists only as long as it runs.")
        app.press("Apply to All", BUTTON)
        wait(lambda: shown(app, "8 machines were changed."), "them to be changed")
        app.press("Undo All", BUTTON)
        wait(lambda: shown(app, "8 machines are as before."), "them to be as before")
        app.keys("Escape")
        app.gone(SETTING_UP)
        says(app, "Android emulator host", "Named model")


def nothing_is_left_behind():
    with demo() as app:
        set_up(app)
        choose(app, "Tab", "Tab", "Down")
        wait(lambda: is_ready(app), "something to apply")
        app.press("Cancel", BUTTON)
        app.gone("Apply to All")
        app.press("Select Machines", Role.TOGGLE_BUTTON, BUTTON)
        app.gone("13 selected")
        row(app, "Android emulator host")
        app.keys("Return")
        app.find("Back", BUTTON)
        app.find("Hypervisor Default", Role.LIST_ITEM)
        assert not has_state(app.look_for("Apply", BUTTON), Atspi.StateType.SENSITIVE)


def is_ready(app):
    return has_state(app.look_for("Apply to All", BUTTON), Atspi.StateType.SENSITIVE)


MACHINE = """<node><domain type='test'><name>far</name><uuid>c0000000-0000-4000-8000-000000000001</uuid>
<memory>8192</memory><vcpu>2</vcpu><os><type>hvm</type></os></domain></node>
"""


def which_connection():
    """A row names its connection where there are machines of more than one."""
    with tempfile.NamedTemporaryFile("w", suffix=".xml") as file:
        file.write(MACHINE)
        file.flush()
        for more in ([], ["--connect", f"test://{file.name}"]):
            app = App("--connect", "test:///default", *more, settings=["page='machines'"])
            try:
                app.find("test", Role.LIST_ITEM)
                says(app, "test", "processor")
                if more:
                    says(app, "far", f"Running · test://{file.name} · ")
                    says(app, "test", "Running · test:///default · ")
                else:
                    assert "test:///" not in description(app, "test"), description(app, "test")
                app.close()
            finally:
                if app.process.poll() is None:
                    app.kill()


run(start_and_shut_down, resume, shut_down_and_start_by_keyboard, no_restart_of_what_would_be_gone, copy_xml,
    pick_by_keyboard, search_keeps_what_is_picked, several_at_once, nothing_is_left_behind, which_connection)
