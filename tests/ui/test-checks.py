#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The checks on the page: worst first, folded, live, with commands to copy; the tool's own text; and the report."""

import contextlib
import pathlib
import shutil
import subprocess
import sys
import tempfile

from nbui import BUILD, SOURCE, App, Atspi, Role, run, wait

CLIPBOARD = """
import sys, gi
gi.require_version("Gdk", "4.0")
gi.require_version("Gtk", "4.0")
from gi.repository import Gdk, GLib, Gtk
Gtk.init()
loop = GLib.MainLoop()
def done(clipboard, result):
    try:
        sys.stdout.write(clipboard.read_text_finish(result) or "")
    finally:
        loop.quit()
Gdk.Display.get_default().get_clipboard().read_text_async(None, done)
loop.run()
"""


class Checks(App):
    """Sees the rows of the checks, too."""

    def walk(self, everything=True):
        return super().walk(everything)

    def rows(self):
        """What the rows are called, from the worst check to the last that passed, folded or not."""
        names = [self.name_of(item) for item in self.walk() if item.get_role() == Role.LIST_ITEM]
        return names[names.index("KVM Module") + 1:]

    def text_of(self, name):
        item = self.look_for(name, Role.TEXT)
        return item.get_text() if item else ""

    def press_last(self, name):
        """Goes backwards from the top of the window, which is quicker."""
        def is_there():
            self.keys("shift+Tab")
            return self.look_for(name, Role.LIST_ITEM).get_state_set().contains(Atspi.StateType.FOCUSED)

        wait(is_there, f"the focus on “{name}”", 60)
        self.keys("space")


def clipboard():
    return subprocess.run([sys.executable, "-c", CLIPBOARD], capture_output=True, text=True, check=False, timeout=60).stdout


@contextlib.contextmanager
def computer(name="no-cgroups"):
    """The window with a copy of a fixture, so that the test may change it."""
    folder = pathlib.Path(tempfile.mkdtemp(prefix="nestbox-checks-"))
    shutil.copytree(SOURCE / "tests/host/fixtures/checks" / name, folder, dirs_exist_ok=True)
    app = Checks("--root", str(folder))
    try:
        yield app, folder
        app.close()
    finally:
        if app.process.poll() is None:
            app.kill()
        shutil.rmtree(folder)


def worst_first_and_live():
    with computer() as (app, folder):
        app.find("Networks (/dev/net/tun)")
        rows = app.rows()
        passed = next(name for name in rows if name.endswith("Checks Passed"))
        order = ["Hardware virtualization", "Networks (/dev/net/tun)", "Limits on memory", "Libvirt service", passed,
                 "For Containers (LXC)"]
        assert sorted(order, key=rows.index) == order, rows
        app.press_row(passed, "space")
        app.find("Runs on real hardware", Role.LIST_ITEM)

        (folder / "dev/net").mkdir(parents=True, exist_ok=True)
        (folder / "dev/net/tun").touch()
        (folder / "dev/vhost-net").touch()
        app.find("4 Checks Passed")
        # What was unfolded stays so.
        app.find("Runs on real hardware", Role.LIST_ITEM)
        rows = app.rows()
        assert rows.index("Networks (/dev/net/tun)") > rows.index("4 Checks Passed"), rows


def command_is_copied():
    with computer() as (app, _):
        app.press_row("Networks (/dev/net/tun)", "space")
        app.find("sudo modprobe tun")
        items = [item for item in app.walk() if app.is_showing(item)]
        command = next(i for i, item in enumerate(items) if app.name_of(item) == "sudo modprobe tun")
        next(item for item in items[command:] if app.name_of(item) == "Copy Command").do_action()
        wait(lambda: clipboard() == "sudo modprobe tun", "the command on the clipboard")


def report_is_the_same():
    for scenario in ("off", "in-use"):
        expected = subprocess.run([BUILD / "src/nestbox", "--report", "--demo", "--scenario", scenario], capture_output=True,
                                  text=True, check=False).stdout
        assert "machine-13" in expected, expected
        app = App("--demo", "--scenario", scenario)
        try:
            app.find("Details")
            app.keys("ctrl+shift+c")
            wait(lambda: clipboard() == expected, "the report on the clipboard")
            app.close()
        finally:
            if app.process.poll() is None:
                app.kill()


def own_tool():
    if shutil.which("virt-host-validate") is None:
        print("# virt-host-validate is not installed: its window is not looked at")
        return
    app = Checks("--connect", "test:///default")
    try:
        app.find("Run virt-host-validate…", Role.LIST_ITEM)
        app.press_last("Run virt-host-validate…")
        wait(lambda: "QEMU" in app.text_of("What virt-host-validate says"), "what the tool says")
    finally:
        app.kill()


run(worst_first_and_live, command_is_copied, report_is_the_same, own_tool)
