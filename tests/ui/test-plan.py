#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""From off to proven with one dialog, in the demo, and back again."""

from nbui import App, Atspi, Role, run

MACHINE = "debian-builder"
TITLE = "Let This Machine Run Virtual Machines"
PROVEN = "Proven: the guest itself sees virtualization. This machine can run virtual machines."
BUTTON = Role.PUSH_BUTTON


def open_machine(app, letters, name):
    """Searches it by a part of its name and opens the one row that is left."""
    app.keys("alt+2", "ctrl+f", *letters)
    app.gone("k8s-node-1")
    app.press_row(name)


def off_to_proven_and_back():
    app = App("--demo")
    try:
        app.find("Nested Virtualization Is Off")
        open_machine(app, "builder", MACHINE)
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
        app.press("Take Back", BUTTON)
        app.find("What was done has been taken back.")
        app.shot("plan-taken-back", TITLE)
        app.press("Close", BUTTON)
        app.close()
    finally:
        if app.process.poll() is None:
            app.kill()


def purpose():
    app = App("--demo")
    try:
        app.find("Nested Virtualization Is Off")
        open_machine(app, "WSL", "Windows 11 (WSL)")
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
