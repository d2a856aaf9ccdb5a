#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Virtual Machines, in the demo: the list and the page of one machine, by AT-SPI and by the keyboard alone."""

import contextlib

from nbui import App, Atspi, Role, run, wait

BUTTON = Role.PUSH_BUTTON
COPY = "Copy Host CPU Configuration"
PENDING = "Shut Down and Start to Finish"
MACHINES = {"Android emulator host", "ci-runner-4711", "debian-builder", "fedora-toolbox", "k8s-node-1", "k8s-node-2",
            "k8s-node-3", "proxmox-lab", "qubes-test", "Ubuntu 24.04 desktop", "web-staging", "Windows 11 (WSL)",
            "Windows XP (old scanner)"}


@contextlib.contextmanager
def demo(*arguments, machine=None, **options):
    app = App("--demo", *arguments, **options)
    try:
        app.keys("alt+2")
        app.find("k8s-node-1", Role.LIST_ITEM)
        if machine is not None:
            open_machine(app, machine)
        yield app
        if app.process.poll() is None:
            app.close()
    finally:
        if app.process.poll() is None:
            app.kill()


def has_state(item, state):
    return item.get_state_set().contains(state)


def open_machine(app, name):
    app.focus(name, Role.LIST_ITEM)
    app.keys("Return")
    wait(lambda: is_sensitive(app, "Hypervisor Default", Role.LIST_ITEM), f"the page of “{name}”")


def listed(app):
    found = app.look_for("Virtual machines", Role.LIST)
    children = [found.get_child_at_index(i) for i in range(found.get_child_count())] if found else []
    return {app.name_of(child) for child in children if app.is_showing(child)}


def is_sensitive(app, name, *roles):
    item = app.look_for(name, *roles)
    return item is not None and has_state(item, Atspi.StateType.SENSITIVE)


def is_checked(app, name):
    item = app.look_for(name, Role.CHECK_BOX, Role.RADIO_BUTTON)
    return item is not None and has_state(item, Atspi.StateType.CHECKED)


def choose(app, name):
    app.focus(name, Role.LIST_ITEM)
    app.keys("Return")
    wait(lambda: is_checked(app, name), f"“{name}” to be chosen")


def spin(app, name):
    return next(item for item in app.walk() if item.get_role() == Role.SPIN_BUTTON and app.name_of(item) == name)


def window_count(app):
    return app.root.get_child_count()


def shown(app, text):
    return any(text in name for _role, name in app.names())


def the_list():
    with demo() as app:
        wait(lambda: listed(app) == MACHINES, "all machines")
        app.find("Nested Virtualization Is Off")
        app.keys("ctrl+f")
        app.keys("k", "8", "s")
        wait(lambda: listed(app) == {"k8s-node-1", "k8s-node-2", "k8s-node-3"}, "what was searched for")
        app.keys("z")
        # GTK 4.8 tells of what lies below as well: the button is there before it can be pressed.
        wait(lambda: not listed(app), "nothing to be found")
        app.press("Show All", BUTTON)
        wait(lambda: listed(app) == MACHINES, "all machines")


def the_filter():
    with demo() as app:
        app.press("Filter", BUTTON, Role.TOGGLE_BUTTON)
        app.press("Shut Off")
        off = {"Android emulator host", "fedora-toolbox", "proxmox-lab", "qubes-test", "Windows XP (old scanner)"}
        wait(lambda: listed(app) == off, "the machines that are off")
        app.press("Filter", BUTTON, Role.TOGGLE_BUTTON)
        app.press("Named Model")
        wait(lambda: listed(app) == {"Android emulator host", "Windows XP (old scanner)"}, "the named models")


def copy_host_cpu_in_four_actions():
    with demo() as app:
        # Alt+2 was the first.
        open_machine(app, "Android emulator host")
        assert not is_checked(app, COPY)
        choose(app, COPY)
        app.press("Apply", BUTTON)
        app.find("Applied")
        wait(lambda: not is_sensitive(app, "Apply", BUTTON), "nothing to apply")
        assert is_checked(app, COPY)


def pending_until_a_full_restart():
    with demo(machine="Windows 11 (WSL)") as app:
        choose(app, COPY)
        app.find("Review…", BUTTON)
        app.keys("ctrl+s")
        app.find(PENDING)
        app.press("Shut Down and Start", BUTTON)
        app.gone(PENDING)
        app.find("Running")


def review_and_revert():
    with demo(machine="Windows 11 (WSL)") as app:
        choose(app, COPY)
        app.press("Review…", BUTTON)
        app.find("What Changes")
        app.find("The XML")
        app.press("Revert", BUTTON)
        app.gone("What Changes")
        wait(lambda: not is_checked(app, COPY), "the choice to be reverted")
        wait(lambda: not is_sensitive(app, "Apply", BUTTON), "nothing to apply")


def undo():
    """And the keyboard stays where it was, or comes back to there."""
    with demo(machine="Android emulator host") as app:
        choose(app, COPY)
        app.keys("ctrl+s")
        app.press("Undo", BUTTON)
        wait(lambda: not is_checked(app, COPY) and is_checked(app, "Named Model"), "what was before")
        app.find("Undone")
        wait(lambda: app.focused() == COPY, "the row to have the keyboard still")
        app.focus("Undo", BUTTON)
        app.keys("space")
        wait(lambda: is_checked(app, COPY), "what was undone")
        wait(lambda: app.focused() == COPY, "the row to have the keyboard again")
        app.keys("alt+Left")
        wait(lambda: app.focused() == "Android emulator host", "the machine's row to have the keyboard")


def leaving_asks():
    with demo(machine="Android emulator host") as app:
        choose(app, COPY)
        for keys in ("alt+Left", "Escape", "ctrl+q"):
            app.keys(keys)
            app.find("Discard the Changes?")
            app.press("Stay Here", BUTTON)
            app.gone("Discard the Changes?")
            assert is_checked(app, COPY)
        app.keys("alt+Left")
        app.find("Discard the Changes?")
        app.press("Discard", BUTTON)
        app.gone("Hypervisor Default", Role.LIST_ITEM)


def closing_asks():
    with demo(machine="Android emulator host") as app:
        choose(app, COPY)
        app.keys("ctrl+q")
        app.find("Discard the Changes?")
        app.press("Discard", BUTTON)
        app.process.wait(20)
        app.close()


def earlier_versions():
    with demo(machine="Android emulator host") as app:
        choose(app, COPY)
        app.keys("ctrl+s")
        app.find("Applied")
        app.press("Machine Menu", BUTTON, Role.TOGGLE_BUTTON)
        app.press("Earlier Versions…")
        app.find("Earlier Versions")
        app.press("Bring Back", BUTTON)
        wait(lambda: is_checked(app, "Named Model"), "the earlier processor")


def models():
    with demo(machine="Android emulator host") as app:
        app.focus("Named Model", Role.LIST_ITEM)
        app.keys("Return")
        app.find("Named Models")
        app.keys("E", "P", "Y", "C")
        app.find("EPYC", Role.LIST_ITEM)
        app.keys("Escape")
        app.find(COPY)


def advanced():
    with demo(machine="Android emulator host") as app:
        app.focus("Advanced", Role.LIST_ITEM)
        app.keys("Return")
        app.find("Protections Against Processor Flaws")
        app.press("Add All", BUTTON)
        app.find("Nothing is missing that this host could add.")
        app.keys("ctrl+s")
        app.find("Applied")
        app.gone("Protections Against Processor Flaws")


def topology_must_fit():
    with demo(machine="Android emulator host") as app:
        app.focus("Set the Topology", Role.LIST_ITEM)
        app.keys("Return")
        wait(lambda: app.look_for("Cores per Die", Role.SPIN_BUTTON), "the topology")
        spin(app, "Cores per Die").set_value(3)
        problem = app.find("The topology has places for 3 virtual processors, the machine can have 4. "
                           "The two have to be the same.")
        assert not is_sensitive(app, "Apply", BUTTON)
        spin(app, "Maximum").set_value(3 * spin(app, "Sockets").get_value()
            * spin(app, "Dies per Socket").get_value()
            * spin(app, "Threads per Core").get_value())
        app.gone(problem.name)
        app.press("Apply", BUTTON)
        app.find("Applied")


def transient():
    with demo() as app:
        app.focus("ci-runner-4711", Role.LIST_ITEM)
        app.keys("Return")
        app.find("Changes Can’t Be Kept")
        # GTK 4.8 says of the group that it is insensitive, and not of what is in it.
        item = app.find(COPY, Role.LIST_ITEM)
        while item is not None and has_state(item, Atspi.StateType.SENSITIVE):
            item = item.get_parent() if item.get_role() != Role.FRAME else None
        assert item is not None


def inside_the_guest():
    with demo(machine="k8s-node-1") as app:
        app.press("Check", BUTTON)
        wait(lambda: shown(app, "and KVM works there."), "the proof")


def force_off_asks():
    with demo(machine="web-staging") as app:
        app.press("Machine Menu", BUTTON, Role.TOGGLE_BUTTON)
        app.press("Force Off…")
        app.find("Force “web-staging” Off?")
        app.press("Cancel", BUTTON)
        app.gone("Force “web-staging” Off?")
        app.find("Running")
        app.press("Machine Menu", BUTTON, Role.TOGGLE_BUTTON)
        app.press("Force Off…")
        app.press("Force Off", BUTTON)
        app.find("Shut Off")


run(the_list, the_filter, copy_host_cpu_in_four_actions, pending_until_a_full_restart, review_and_revert, undo,
    leaving_asks, closing_asks, earlier_versions, models, advanced, topology_must_fit, transient, inside_the_guest, force_off_asks)
