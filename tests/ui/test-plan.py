#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""From off to proven with one dialog, in the demo, and back again."""

import subprocess

from nbui import SHOTS, App, Atspi, Role, run, wait

MACHINE = "Windows 11 (WSL)"
TITLE = "Let This Machine Run Virtual Machines"
PROVEN = "Proven: the guest itself sees virtualization. This machine can run virtual machines."
BUTTON = Role.PUSH_BUTTON


def shot(app, name):
    """A picture of the dialog, for a person to look at."""
    SHOTS.mkdir(parents=True, exist_ok=True)
    subprocess.run(["import", "-window", app.window(TITLE), str(SHOTS / f"{name}.png")], check=True)


def open_machine(app):
    """Searches it and opens the one row that is left."""
    came = []
    listener = Atspi.EventListener.new(lambda event: event.detail1 and came.append(event.source))
    listener.register("object:state-changed:focused")
    try:
        app.keys("alt+2", "ctrl+f", "W", "S", "L")
        app.gone("k8s-node-1")
        for _ in range(12):
            count = len(came)
            app.keys("Tab")
            wait(lambda: len(came) > count, "the focus to move", 2)
            if came[-1].get_role() == Role.LIST_ITEM:
                app.keys("Return")
                return
    finally:
        listener.deregister("object:state-changed:focused")
    raise AssertionError("the focus does not come to the machine")


def off_to_proven_and_back():
    app = App("--demo")
    try:
        app.find("Nested Virtualization Is Off")
        open_machine(app)
        app.press("Set Up…", BUTTON)
        app.find("What Will Be Done")
        for title in ("Enable Nested Virtualization", "Change the Machine’s Processor",
                      f"Shut Down and Start {MACHINE}"):
            app.find(title)
        shot(app, "plan-before")
        app.press("Start", BUTTON)
        app.find("Progress")
        app.find(PROVEN)
        shot(app, "plan-proven")
        app.press("Take Back", BUTTON)
        app.find("What was done has been taken back.")
        shot(app, "plan-taken-back")
        app.press("Close", BUTTON)
        app.close()
    finally:
        if app.process.poll() is None:
            app.kill()


def purpose():
    app = App("--demo")
    try:
        app.find("Nested Virtualization Is Off")
        open_machine(app)
        # Preselected by libosinfo's metadata, and nothing is changed by that.
        app.find("Windows With WSL2 or Hyper-V")
        app.find("Missing Hyper-V Enlightenments")
        assert app.look_for("Review…", BUTTON) is None or not app.look_for("Apply", BUTTON).get_state_set().contains(
            Atspi.StateType.SENSITIVE)
        app.shot("purpose")
        app.press("Use", BUTTON)
        app.press("Apply", BUTTON)
        app.find("Waiting for a Full Restart")
        app.close()
    finally:
        if app.process.poll() is None:
            app.kill()


if __name__ == "__main__":
    run(off_to_proven_and_back, purpose)
