#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""How it looks: fits into 360 pixels, and a picture of every page in light, dark and narrow under build/tests/ui/shots."""

from nbui import App, run, wait

SCENARIOS = {
    "off": "Nested Virtualization Is Off",
    "in-use": "Off: Virtual Machines Must Stop First",
    "firmware-off": "Virtualization Is Turned Off in the Firmware Settings",
    "ready": "Ready for Nested Virtual Machines",
}
NARROW = 360
# Without a compositing manager GTK draws a frame of its own around the window.
FRAME = 12


def pictures(name, width, height, env=None, arguments=()):
    for scenario, title in SCENARIOS.items():
        app = App("--demo", "--scenario", scenario, *arguments, env=env, size=(width, height))
        try:
            app.find(title)
            app.find("Checks")
            wait(lambda: abs(app.size()[0] - width) <= FRAME, f"a window {width} pixels wide")
            minimum = app.minimum()[0]
            assert minimum <= NARROW + FRAME, f"{scenario}: {minimum} pixels at least"
            app.shot(f"computer-{scenario}-{name}")
            app.close()
        finally:
            if app.process.poll() is None:
                app.kill()


def light():
    pictures("light", 800, 1100)


def dark():
    pictures("dark", 800, 1100, {"ADW_DEBUG_COLOR_SCHEME": "prefer-dark"})


def narrow():
    pictures("narrow", NARROW, 1300)


def high_contrast():
    pictures("contrast", 800, 1100, {"ADW_DEBUG_HIGH_CONTRAST": "1"})


run(light, dark, narrow, high_contrast)
