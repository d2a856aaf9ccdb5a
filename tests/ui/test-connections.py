#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Connections…: the list that a person keeps, by AT-SPI and by the keyboard. Nothing but the loopback interface is
asked, where nobody listens, and this computer's own machines are left alone."""

import contextlib
import subprocess

from nbui import App, Atspi, Role, run, wait

BUTTON = Role.PUSH_BUTTON
TITLE = "Connections"
COMPUTER = "Another Computer over SSH"
ADDRESS = "Custom Address"
FIXED = "This window shows only what it was started with. Your own list of connections is neither used nor changed."


def close(app):
    """Without a window manager a key may go astray."""
    for _ in range(5):
        with contextlib.suppress(subprocess.CalledProcessError):  # it may be closing
            app.keys("Escape")
        with contextlib.suppress(AssertionError):
            wait(lambda: app.root.get_child_count() == 1, "the dialog to close", 8)
            return
    raise AssertionError("Escape does not close the dialog")


@contextlib.contextmanager
def dialog(*arguments, connections=("qemu:///session",), **options):
    settings = [f"connections={list(connections)}"] if connections is not None else []
    app = App(*arguments, settings=settings, **options)
    try:
        app.press("Main Menu", BUTTON, Role.TOGGLE_BUTTON)
        app.press("Connections…")
        app.window(TITLE)
        yield app
        if app.process.poll() is None:
            close(app)
            app.close()
    finally:
        if app.process.poll() is None:
            app.kill()


def shown(app, text):
    """Whether some label has that line."""
    return any(text in name.splitlines() for _role, name in app.names())


def see(app, text):
    try:
        wait(lambda: shown(app, text), f"“{text}”")
    except AssertionError as error:
        raise AssertionError(f"{error}; shown is {[name for _role, name in app.names() if name]}") from None


def kept(app):
    """What the settings hold."""
    line = next(line for line in app.keyfile.read_text().splitlines() if line.startswith("connections="))
    return [] if line.endswith("[]") else line.partition("[")[2].rstrip("]").replace("'", "").split(", ")


def keeps(app, *uris):
    wait(lambda: kept(app) == list(uris), f"{uris} in the settings")


def entry(app, name):
    for item in app.walk():
        if item.role in (Role.TEXT, Role.ENTRY) and app.name_of(item) == name and app.is_showing(item):
            return item
    return None


def write(app, name, text):
    """As a person does: by Tab to the entry, type, Return. GTK 4.8 tells neither that an entry row has the focus nor
    what is in it; the button after it tells the first."""
    wait(lambda: entry(app, name), f"the entry “{name}”")
    buttons = [button for button in app.walk() if button.get_role() == BUTTON and app.name_of(button) == "Add"]
    button = buttons[[COMPUTER, ADDRESS].index(name)]

    def comes():
        app.keys("Tab")
        with contextlib.suppress(AssertionError):
            return wait(lambda: button.get_state_set().contains(Atspi.StateType.FOCUSED), "the focus", 1)
        return False

    wait(comes, f"the focus on the button after “{name}”")
    app.keys("shift+Tab", "ctrl+a")
    subprocess.run(["xdotool", "type", "--", text], check=True)
    app.keys("Return")


def turn(app, name):
    """Presses a switch, whatever its role is."""
    app.press(name, Role.CHECK_BOX, Role.TOGGLE_BUTTON, Role.SWITCH if hasattr(Role, "SWITCH") else Role.CHECK_BOX)


def the_usual_two():
    with dialog() as app:
        see(app, "This computer")
        see(app, "Turned off")
        see(app, "Not in use: there are no machines")
        turn(app, "Your session")
        keeps(app)
        app.gone("Reconnect", BUTTON)
        turn(app, "Your session")
        keeps(app, "qemu:///session")
        see(app, "Not in use: there are no machines")


def add_and_remove():
    with dialog() as app:
        write(app, ADDRESS, "qemu+tcp://127.0.0.1:1/system")
        keeps(app, "qemu:///session", "qemu+tcp://127.0.0.1:1/system")
        see(app, "127.0.0.1:1")
        see(app, "The other computer cannot be reached.")
        see(app, "Check that it is on, and that its name is right.")
        write(app, COMPUTER, "me@127.0.0.1:1")
        keeps(app, "qemu:///session", "qemu+tcp://127.0.0.1:1/system", "qemu+ssh://me@127.0.0.1:1/system")
        see(app, "me@127.0.0.1:1")
        app.press("Remove", BUTTON)
        keeps(app, "qemu:///session", "qemu+ssh://me@127.0.0.1:1/system")
        app.press("Remove", BUTTON)
        keeps(app, "qemu:///session")
        app.gone("Remove", BUTTON)


def refused():
    with dialog() as app:
        write(app, ADDRESS, "xen:///system")
        see(app, "This connection is to another kind of hypervisor than QEMU. Use an address that begins with “qemu”.")
        write(app, ADDRESS, "qemu+unix:///session")
        see(app, "This connection is in the list already.")
        write(app, ADDRESS, "nonsense")
        see(app, "This is not the address of a connection. Check the address; an example is "
                 "qemu+ssh://user@computer/system.")
        write(app, COMPUTER, "-oProxyCommand=x")
        see(app, "This is not the name of a computer. An example is user@computer.")
        assert kept(app) == ["qemu:///session"]


def reconnect():
    with dialog(connections=["qemu+tcp://127.0.0.1:1/system"]) as app:
        see(app, "The other computer cannot be reached.")
        app.press("Reconnect", BUTTON)
        see(app, "The other computer cannot be reached.")
        close(app)
        # The list says it, too.
        app.keys("alt+2")
        app.find("Try Again", BUTTON)
        app.press("Main Menu", BUTTON, Role.TOGGLE_BUTTON)
        app.press("Connections…")
        app.window(TITLE)


def live():
    with dialog() as app:
        app.keyfile.write_text("[io/github/nestbox/Nestbox]\nconnections=['qemu+tcp://127.0.0.1:1/system', 'xen:///']\n")
        see(app, "The other computer cannot be reached.")
        see(app, "This connection is to another kind of hypervisor than QEMU.")
        assert sum("Turned off" in name.splitlines() for _role, name in app.names()) == 2


def fixed():
    with dialog("--connect", "qemu+tcp://127.0.0.1:1/system") as app:
        see(app, FIXED)
        see(app, "127.0.0.1:1")
        assert entry(app, ADDRESS) is None
        assert app.look_for("Remove", BUTTON) is None
        assert not shown(app, "Your session")
        assert kept(app) == ["qemu:///session"]
    with dialog("--demo", connections=None) as app:
        see(app, FIXED)
        see(app, "Demo")
        see(app, "Connected")


def looks():
    two = ["qemu:///session", "qemu+tcp://127.0.0.1:1/system"]
    for name, env in [("light", {}), ("dark", {"ADW_DEBUG_COLOR_SCHEME": "prefer-dark"})]:
        with dialog(connections=two, env=env) as app:
            see(app, "The other computer cannot be reached.")
            app.shot(f"connections-{name}", title=TITLE)
            app.resize(360, 640, title=TITLE)
            wait(lambda: app.size(TITLE) == (360, 640), "a narrow dialog")
            app.shot(f"connections-{name}-narrow", title=TITLE)


run(the_usual_two, add_and_remove, refused, reconnect, live, fixed, looks)
