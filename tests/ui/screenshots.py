#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The pictures of data/screenshots, from the demo without its mark. Run from a build:
NB_BUILDDIR=build NB_SRCDIR=. tests/ui/session tests/ui/screenshots.py; they come to build/tests/ui/shots/listing-*.png."""

from nbui import App, Role, run

HIDDEN = {"NESTBOX_HIDE_DEMO_MARK": "1"}
DARK = {"ADW_DEBUG_COLOR_SCHEME": "prefer-dark"}
SIZE = (900, 680)


def computer(name, scenario, title, env=None):
    app = App("--demo", "--scenario", scenario, env={**HIDDEN, **(env or {})}, size=SIZE)
    app.find(title)
    app.find("Checks")
    app.shot(f"listing-{name}")
    app.close()


def this_computer():
    computer("this-computer", "ready", "Ready for Nested Virtual Machines")


def off_dark():
    computer("off-dark", "off", "Nested Virtualization Is Off", DARK)


def machines(name, machine=None, env=None):
    app = App("--demo", "--scenario", "ready", env={**HIDDEN, **(env or {})}, size=SIZE)
    app.find("Ready for Nested Virtual Machines")
    app.keys("alt+2")
    app.find("k8s-node-1", Role.LIST_ITEM)
    if machine is not None:
        app.press_row(machine)
        app.find("Back", Role.PUSH_BUTTON)
        app.find("Processor")
    app.shot(f"listing-{name}")
    app.kill()


def virtual_machines():
    machines("virtual-machines")


def machine_light():
    machines("machine", "k8s-node-1")


def machine_dark():
    machines("machine-dark", "Windows 11 (WSL)", DARK)


run(this_computer, off_dark, virtual_machines, machine_light, machine_dark)
