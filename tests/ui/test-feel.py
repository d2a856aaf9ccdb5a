#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a person meets, in the demo: what happened is seen where the page was scrolled to, the keyboard is where it is expected,
and nothing that can be pressed does nothing."""

import contextlib

from nbui import App, Atspi, Role, run, wait

BUTTON = Role.PUSH_BUTTON
COPY = "Copy Host CPU Configuration"
PENDING = "Shut Down and Start to Finish"
RESTART = "Shut down and start the machine to use it."
SIZE = (800, 740)


@contextlib.contextmanager
def demo(*arguments, machine=None, **options):
    app = App("--demo", *arguments, size=SIZE, **options)
    try:
        if machine is not None:
            app.keys("alt+2")
            app.press_row(machine)
            app.find(COPY, Role.LIST_ITEM)
        yield app
        if app.process.poll() is None:
            app.close()
    finally:
        if app.process.poll() is None:
            app.kill()


def undo_buttons(app):
    return [item for item in app.walk() if app.name_of(item) == "Undo" and item.role == BUTTON and app.is_showing(item)]


def notice(app, text):
    """GTK 4.8 calls it an alert, newer ones a notification."""
    return next((item for item in app.walk() if item.role in (Role.ALERT, Role.NOTIFICATION) and app.is_showing(item)
                 and text in item.name.splitlines()), None)


def notices_are_in_view():
    """Wherever the page is scrolled to; and the keyboard can come to it, for older GTKs announce nothing."""
    with demo(machine="Windows 11 (WSL)") as app:
        app.press_row(COPY)
        app.press_row("On")
        app.keys("ctrl+s")
        item = wait(lambda: notice(app, PENDING), "the notice")
        _left, top, _width, height = item.get_extents()
        assert 0 < top and top + height < SIZE[1] // 2, (top, height)
        assert item.states.contains(Atspi.StateType.FOCUSABLE)
        app.press("Shut Down and Start", BUTTON)
        wait(lambda: notice(app, PENDING) is None, "the machine to be started anew")
        app.gone("Applied. " + RESTART)


def the_reason_is_beside_apply():
    with demo(machine="Android emulator host") as app:
        app.press_row("Set the Topology")
        spin = wait(lambda: app.look_for("Cores per Die", Role.SPIN_BUTTON), "the topology")
        spin.set_value(3)
        reason = wait(lambda: next((item for item in app.walk() if app.is_showing(item)
                                    and item.name.startswith("The topology has places for 3")), None), "the reason")
        apply = app.find("Apply", BUTTON)
        wait(lambda: 0 <= apply.get_extents()[1] - sum(reason.get_extents()[1::2]) < 60, "the reason to stand above Apply")
        assert not apply.get_state_set().contains(Atspi.StateType.SENSITIVE)
        app.kill()


def one_undo_toast():
    """The newest, each in its own words; and none under a dialog."""
    with demo(machine="Windows 11 (WSL)") as app:
        app.press_row(COPY)
        app.keys("ctrl+s")
        app.find("Applied. " + RESTART)
        app.press("Undo", BUTTON)
        app.find("Undone. " + RESTART)
        app.gone("Applied. " + RESTART)
        app.press("Undo", BUTTON)
        app.find("Applied again. " + RESTART)
        wait(lambda: len(undo_buttons(app)) == 1, "one toast")
        # What is changed next is another matter.
        app.press_row("Closest Model")
        app.gone("Applied again. " + RESTART)
        app.keys("ctrl+s")
        app.find("Applied. " + RESTART)
        app.press("Set Up…", BUTTON)
        app.find("What Will Be Done")
        app.gone("Applied. " + RESTART)
        app.keys("Escape")
        app.gone("What Will Be Done")


def first_focus():
    """A press of Enter does the main thing; a tab's first focus is in its page."""
    with demo() as app:
        app.find("Nested Virtualization Is Off")
        wait(lambda: app.focused() == "Enable", "the main button")
        app.keys("alt+2")
        wait(lambda: app.focused() == "Android emulator host", "the first machine")
        app.keys("Return")
        wait(lambda: app.focused() == "Set Up…", "the machine’s main button")
        app.keys("alt+Left")
        wait(lambda: app.focused() == "Android emulator host", "the machine")
        app.keys("alt+1")
        wait(lambda: app.focused() == "Enable", "the main button again")


run(notices_are_in_view, the_reason_is_beside_apply, one_undo_toast, first_focus)
