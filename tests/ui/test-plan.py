#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""From off to proven with one dialog, in the demo, and back again; and this computer alone, while KVM is in use."""

import contextlib

from nbui import App, Atspi, Role, run, wait

MACHINE = "debian-builder"
TITLE = "Let This Machine Run Virtual Machines"
PROVEN = "Proven: the guest itself sees virtualization. This machine can run virtual machines."
BUTTON = Role.PUSH_BUTTON
BUSY = "Off: Virtual Machines Must Stop First"
DEAF = "Windows XP (old scanner)"
ENABLE = "Enable Nested Virtualization"


@contextlib.contextmanager
def in_use(*start):
    """The demo in which KVM is in use."""
    app = App("--demo", "--scenario", "in-use")
    try:
        app.find(BUSY)
        app.find("Shut Down k8s-node-1", BUTTON)
        for keys in start:
            open_machine(app, keys)
            app.press("Machine Menu", BUTTON, Role.TOGGLE_BUTTON)
            app.press("Start")
            app.find("Running")
            app.keys("alt+Left")
            app.gone("Machine Menu", BUTTON, Role.TOGGLE_BUTTON)
            app.keys("alt+1")
        yield app
        app.close()
    finally:
        if app.process.poll() is None:
            app.kill()


def choose(app, name):
    """What can't be pressed in GTK 4.8 but by the keyboard."""
    app.press_row(name)


def later_than(app, text):
    """What takes a while: a guest has its time, and a run its steps."""
    wait(lambda: app.look_for(text), f"“{text}” to be shown", 60)


def open_machine(app, letters):
    """Searches it by a part of its name and opens the one row that is left."""
    app.keys("alt+2", "ctrl+f", *letters)
    app.gone("fedora-toolbox")
    row, = [item for item in app.find("Virtual machines", Role.LIST).children if app.is_showing(item) and app.name_of(item)]
    app.press_row(app.name_of(row))


def off_to_proven_and_back():
    app = App("--demo")
    try:
        app.find("Nested Virtualization Is Off")
        open_machine(app, "builder")
        app.press("Set Up…", BUTTON)
        app.find("What Will Be Done")
        for title in ("Enable Nested Virtualization", "Change the Machine’s Processor",
                      f"Shut Down and Start {MACHINE}"):
            app.find(title)
        app.shot("plan-before", TITLE)
        app.press("Start", BUTTON)
        app.find("Progress")
        app.find(PROVEN)
        app.shot("plan-proven", TITLE)
        # It runs, and has to stop once more for that.
        app.press("Take Back", BUTTON)
        app.find("Take Back What Was Done?")
        app.press("Shut Down and Take Back", BUTTON)
        later_than(app, "What was done has been taken back.")
        app.shot("plan-taken-back", TITLE)
        app.press_in(TITLE, "Close")
        app.close()
    finally:
        if app.process.poll() is None:
            app.kill()


def purpose():
    app = App("--demo")
    try:
        app.find("Nested Virtualization Is Off")
        open_machine(app, "WSL")
        # Preselected by libosinfo's metadata, and nothing is changed by that.
        app.find("Windows With WSL2 or Hyper-V")
        app.find("Hyper-V Enlightenments That Are Missing")
        assert app.look_for("Review…", BUTTON) is None or not app.look_for("Apply", BUTTON).get_state_set().contains(
            Atspi.StateType.SENSITIVE)
        app.shot("purpose")
        app.press("Fill In", BUTTON)
        app.press("Apply", BUTTON)
        app.find("Shut Down and Start to Finish")
        app.close()
    finally:
        if app.process.poll() is None:
            app.kill()


def enable_now_and_undo():
    with in_use() as app:
        app.press("Enable…", BUTTON)
        app.find("Keeps running")
        choose(app, "Shut Down 8 Machines and Enable")
        for text in ("Shuts down and starts again afterwards", "Paused; resumes so it can shut down",
                     "Shuts down and is lost: libvirt has no saved configuration"):
            wait(lambda: any(text in name for _role, name in app.names()), text)
        choose(app, "Start Them Again Afterwards")
        app.find("Shuts down and stays off")
        later, now = (app.find(name, Role.CHECK_BOX, Role.RADIO_BUTTON).get_state_set().contains(Atspi.StateType.CHECKED)
                      for name in ("At the Next Restart", "Shut Down 8 Machines and Enable"))
        assert now and not later, (now, later)
        choose(app, "Start Them Again Afterwards")
        app.shot("busy-before", ENABLE)
        app.press("Start", BUTTON)
        later_than(app, "Nested virtualization is on.")
        app.shot("busy-done", ENABLE)
        app.press_in(ENABLE, "Close")
        app.find("Ready for Nested Virtual Machines")
        app.find("Shut Down k8s-node-3", BUTTON)
        assert app.look_for("Shut Down ci-runner-4711", BUTTON) is None
        # Undo, while they run: nothing stops without asking.
        app.keys_for("ctrl+z", "What Will Be Done")
        app.find("Set Nested Virtualization as It Was")
        app.shot("busy-undo", "Undo the Last Change")
        app.press("Start", BUTTON)
        later_than(app, "What was done has been taken back.")
        app.press_in("Undo the Last Change", "Close")
        app.find(BUSY)
        app.find("Shut Down k8s-node-3", BUTTON)


def enable_later():
    with in_use() as app:
        app.press("Enable…", BUTTON)
        app.find("Keeps running")
        app.press("Start", BUTTON)
        later_than(app, "It takes effect when the computer restarts.")
        app.press("Take Back", BUTTON)
        later_than(app, "What was done has been taken back.")
        app.press_in(ENABLE, "Close")
        app.find(BUSY)
        app.find("Shut Down k8s-node-1", BUTTON)


def disable_while_in_use():
    app = App("--demo", "--scenario", "ready")
    try:
        app.find("Ready for Nested Virtual Machines")
        app.find("Shut Down k8s-node-1", BUTTON)
        app.keys_for("alt+d", "Shut Down 8 Machines and Disable")
        app.press("Start", BUTTON)
        later_than(app, "It takes effect when the computer restarts.")
        app.press_in("Disable Nested Virtualization", "Close")
        app.find("On Until the Next Restart")
        app.close()
    finally:
        if app.process.poll() is None:
            app.kill()


def deaf_wait_then_force():
    with in_use("scanner") as app:
        app.press("Enable…", BUTTON)
        choose(app, "Shut Down 9 Machines and Enable")
        app.find("Shuts down and starts again afterwards")
        app.press("Start", BUTTON)
        wait(lambda: any("seconds left" in name for _role, name in app.names()), "the time to be shown")
        later_than(app, f"{DEAF} Did Not Shut Down")
        app.shot("busy-waiting", ENABLE)
        app.press("Keep Waiting", BUTTON)
        app.gone(f"{DEAF} Did Not Shut Down")
        later_than(app, f"{DEAF} Did Not Shut Down")
        app.press("Force Off…", BUTTON)
        app.press_in(f"Force “{DEAF}” Off?", "Cancel")
        app.find(f"{DEAF} Did Not Shut Down")
        app.press("Force Off…", BUTTON)
        app.press("Force Off", BUTTON)
        later_than(app, "Nested virtualization is on.")
        app.press("Take Back", BUTTON)
        app.press_in("Take Back What Was Done?", "Cancel")
        app.gone("Take Back What Was Done?")
        app.press_in(ENABLE, "Close")
        app.find("Ready for Nested Virtual Machines")
        app.find(f"Shut Down {DEAF}", BUTTON)


def deaf_at_the_next_restart():
    with in_use("scanner") as app:
        app.press("Enable…", BUTTON)
        choose(app, "Shut Down 9 Machines and Enable")
        app.find("Shuts down and starts again afterwards")
        app.press("Start", BUTTON)
        later_than(app, f"{DEAF} Did Not Shut Down")
        app.press("At Next Restart", BUTTON)
        later_than(app, "It takes effect when the computer restarts.")
        app.press_in(ENABLE, "Close")
        app.find("On After the Next Restart")
        app.find("Shut Down k8s-node-1", BUTTON)
        app.find(f"Shut Down {DEAF}", BUTTON)


if __name__ == "__main__":
    run(off_to_proven_and_back, purpose, enable_now_and_undo, enable_later, disable_while_in_use, deaf_wait_then_force,
        deaf_at_the_next_restart)
