# SPDX-License-Identifier: GPL-3.0-or-later
"""A window under Xvfb, seen and pressed through AT-SPI, as a screen reader does. Run it within tests/ui/session."""

import contextlib
import faulthandler
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import traceback

import gi

gi.require_version("Atspi", "2.0")
from gi.repository import Atspi, GLib  # noqa: E402

from accessible import Bus  # noqa: E402

BUILD = pathlib.Path(os.environ["NB_BUILDDIR"])
SOURCE = pathlib.Path(os.environ["NB_SRCDIR"])
SHOTS = BUILD / "tests" / "ui" / "shots"
DEADLINE = 60  # many things may go on at once on a test machine
# The newer toolkits' own. GTK 4.24.1: of a menu that is drawn with cairo, and of a spinner on a busy computer. libadwaita 1.7:
# of a long heading in an alert, which is 324 pixels wide inside.
NOT_OURS = re.compile("gdk_frame_timings_submitted|gtk_svg_advance: time went backward|"
                      "Trying to measure GtkLabel 0x[0-9a-f]+ for width of 324,")
# All rows of a list have room: newer GTKs tell of those only that can be seen.
SIZE = (800, 1350)

Role = Atspi.Role


# A window has the keyboard when it appears, and stands in the corner; no key is the manager's own.
OPENBOX = """<?xml version="1.0" encoding="UTF-8"?>
<openbox_config xmlns="http://openbox.org/3.4/rc">
  <focus><focusNew>yes</focusNew></focus>
  <desktops><number>1</number></desktops>
  <applications>
    <application class="*"><position force="yes"><x>0</x><y>0</y></position><focus>yes</focus></application>
  </applications>
</openbox_config>
"""


class Screen:
    """An X server of its own, with a window manager: without one X gives the keyboard to nobody now and then."""

    def __init__(self, size="1000x1400"):
        read, write = os.pipe()
        self.server = subprocess.Popen(
            ["Xvfb", "-displayfd", str(write), "-screen", "0", f"{size}x24", "-nolisten", "tcp", "-noreset"],
            pass_fds=[write], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        os.close(write)
        with os.fdopen(read) as pipe:
            number = pipe.readline().strip()
        if not number:
            raise RuntimeError("Xvfb did not start")
        os.environ["DISPLAY"] = f":{number}"
        self.folder = tempfile.TemporaryDirectory(prefix="nestbox-screen-")
        config = pathlib.Path(self.folder.name, "rc.xml")
        config.write_text(OPENBOX)
        self.manager = subprocess.Popen(["openbox", "--sm-disable", "--config-file", config],
                                        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        wait(self._is_managed, "openbox to start")

    @staticmethod
    def _is_managed():
        """It says that it is there before it listens, and a window that is mapped between stays unseen."""
        output("xdotool", "set_num_desktops", "2")
        return output("xdotool", "get_num_desktops").strip() == "2"

    def close(self):
        for process in (self.manager, self.server):
            process.terminate()
            process.wait()
        self.folder.cleanup()


def output(*command):
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout


def wait(condition, what, deadline=DEADLINE):
    """Waits until condition() is true. The bus has no event for all that changes: it is looked again and again, but no more
    than half of the time, for looking costs the program too."""
    end = time.monotonic() + deadline
    loop = GLib.MainLoop()
    while True:
        start = time.monotonic()
        try:
            value = condition()
        except GLib.Error:
            value = None  # an object went away between two questions
        if value:
            return value
        if start > end:
            raise AssertionError(f"waited {deadline} s for {what}")
        GLib.timeout_add(max(40, int(1000 * (time.monotonic() - start))), loop.quit)
        loop.run()


class App:
    """One run of nestbox."""

    def __init__(self, *arguments, env=None, debug="fatal-criticals", attach=True, size=SIZE, gtk="", settings=(), user=None,
                 command=()):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="nestbox-ui-"))
        self.keyfile = self.folder / "glib-2.0" / "settings" / "keyfile"
        config = self.folder / "gtk-4.0"
        config.mkdir()
        (config / "settings.ini").write_text("[Settings]\ngtk-font-name=Cantarell 11\ngtk-enable-animations=0\n" + gtk)
        environment = dict(
            os.environ, GDK_BACKEND="x11", GSK_RENDERER="cairo", GSETTINGS_BACKEND="keyfile", G_DEBUG=debug,
            GSETTINGS_SCHEMA_DIR=str(BUILD / "data"), XDG_CONFIG_HOME=str(self.folder), TMPDIR=str(self.folder),
            LC_ALL="C.UTF-8", NO_AT_BRIDGE="0")
        self.keyfile.parent.mkdir(parents=True)
        self.keyfile.write_text("\n".join(["[io/github/nestbox/Nestbox]", f"width={size[0]}", f"height={size[1]}", *settings, ""]))
        environment.update(env or {})
        self.log = open(self.folder / "log", "w+")
        if user is not None:
            subprocess.run(["chown", "-R", str(user), self.folder], check=True)
        self.process = subprocess.Popen([*command, str(BUILD / "src" / "nestbox"), *arguments], env=environment,
                                        stdout=self.log, stderr=subprocess.STDOUT)
        self.arguments = arguments
        if attach:
            self.attach()

    def attach(self):
        """Waits for the window."""
        self.bus = Bus()
        wait(self._find_application, f"nestbox {' '.join(self.arguments)} to show a window")

    @property
    def root(self):
        """All that it shows now."""
        return self.bus.tree(self.name)

    def _find_application(self):
        if self.process.poll() is not None:
            self.log.seek(0)
            raise AssertionError(f"nestbox ended with {self.process.returncode}: {self.log.read()}")
        self.name = self.bus.find(self.process.pid)
        return self.name is not None and self.root.children

    def walk(self, everything=False):
        """Every object; but for the many rows of the checks, unless wanted."""
        stack = [self.root]
        while stack:
            item = stack.pop()
            yield item
            if everything or item.role != Role.LIST or item.name != "Checks":
                stack.extend(reversed(item.children))

    @staticmethod
    def is_showing(item):
        # GTK 4.8 sets "visible" where newer ones set "showing".
        states = item.states
        return states.contains(Atspi.StateType.SHOWING) or states.contains(Atspi.StateType.VISIBLE)

    @staticmethod
    def name_of(item):
        """The name, without what GTK 4.8 makes of a button with a mnemonic ("_Enable Enable") and of no name."""
        name = item.name
        if name.startswith(("Gtk", "Adw", "Nb")) and " " not in name:
            return ""
        plain = name.replace("_", "", 1)
        half = len(plain) // 2
        return plain[:half] if plain and plain[:half] + " " + plain[:half] == plain else name

    def look_for(self, name, *roles):
        found = [item for item in self.walk()
                 if (not roles or item.role in roles) and self.name_of(item) == name and self.is_showing(item)]
        # A row of the same name may be on a page that lies below: GTK 4.8 tells of it too.
        return found[-1 if roles == (Role.LIST_ITEM,) else 0] if found else None

    def find(self, name, *roles):
        try:
            return wait(lambda: self.look_for(name, *roles), f"“{name}” to be shown")
        except AssertionError as error:
            shown = ", ".join(f"{role.value_nick} “{text}”" for role, text in self.names() if text)
            raise AssertionError(f"{error}; shown is {shown}") from None

    def gone(self, name, *roles):
        wait(lambda: self.look_for(name, *roles) is None, f"“{name}” to go away")

    def names(self):
        return [(item.role, self.name_of(item)) for item in self.walk() if self.is_showing(item)]

    def nameless(self):
        """What can have the focus and has no name. A row that unfolds is a row around a row, of which the inner one has it."""
        plain = (Role.FRAME, Role.PANEL, Role.FILLER, Role.SCROLL_PANE, Role.LIST)

        def has_name(item):
            return bool(self.name_of(item)) or (item.role in (Role.LIST_ITEM, *plain) and any(map(has_name, item.children)))

        # libadwaita's own button on a toast has none.
        return [item for item in self.walk() if self.is_showing(item) and item.role not in plain
                and item.parent.name != "AdwToastWidget"
                and item.states.contains(Atspi.StateType.FOCUSABLE) and not has_name(item)]

    def press(self, name, *roles):
        item = wait(lambda: self._sensitive(name, roles), f"“{name}” to be pressable")
        item.do_action()

    def _sensitive(self, name, roles):
        # A menu button and the button in it have the same name, and only the inner one can be pressed. A label's actions are those
        # of a text.
        for item in self.walk():
            if ((item.role in roles if roles else item.role != Role.LABEL) and self.name_of(item) == name and self.is_showing(item)
                    and item.states.contains(Atspi.StateType.SENSITIVE) and item.get_n_actions() > 0):
                return item
        return None

    def press_in(self, heading, name):
        """Presses a button of the window that shows a heading, and goes with it: several have a Close button, or a Cancel button."""
        def items(window):
            stack = [window]
            while stack:
                item = stack.pop()
                yield item
                stack.extend(reversed(item.children))

        def look():
            for window in reversed(self.root.children):
                shown = [item for item in items(window) if self.is_showing(item)]
                if any(self.name_of(item) == heading for item in shown):
                    return next((item for item in shown if item.role == Role.PUSH_BUTTON and self.name_of(item) == name
                                 and item.get_n_actions() > 0), None)
            return None

        wait(look, f"“{name}” below “{heading}”").do_action()
        # A dialog that is closing still has the keyboard.
        self.gone(heading)

    def _focusable(self):
        """All that can have the focus, from top to bottom, and which of it has it."""
        items = [item for item in self.walk() if self.is_showing(item) and item.states.contains(Atspi.StateType.FOCUSABLE)]
        return items, next((i for i, item in enumerate(items) if item.states.contains(Atspi.StateType.FOCUSED)), None)

    @staticmethod
    def _row_of(item):
        while item is not None and item.role != Role.LIST_ITEM:
            item = item.parent
        return item

    def focused(self):
        """The name of what has the keyboard."""
        items, at = self._focusable()
        return None if at is None else self.name_of(items[at])

    def focus(self, name, *roles):
        """Goes to a row as the keyboard does: by Tab into a list, then down or up."""
        self.find(name, *roles)
        came = []
        listener = Atspi.EventListener.new(lambda event: event.detail1 and came.append(event.source))
        listener.register("object:state-changed:focused")
        moved = True
        try:
            for _ in range(60):
                items, at = self._focusable()
                to = max(i for i, item in enumerate(items) if self.name_of(item) == name and (not roles or item.role in roles))
                if at == to:
                    return
                keys = ["Tab"]
                if at is not None and self._row_of(items[at]) and moved:
                    rows = [item for item in items[min(at, to):max(at, to)] if item.role == Role.LIST_ITEM and item.name]
                    # Several at once, but never too many: GTK 4.8 tells of folded rows too.
                    keys = ["Down" if to > at else "Up"] * max(len(rows) // 3, 1)
                came.clear()
                self.keys(*keys)
                with contextlib.suppress(AssertionError):  # at the end of the page it stays
                    wait(lambda: len(came) >= len(keys), "the focus to move", 2)
                moved = bool(came)
        finally:
            listener.deregister("object:state-changed:focused")
        raise AssertionError(f"the focus does not come to “{name}”")

    def press_row(self, name, key="Return", role=Role.LIST_ITEM):
        """Rows have no action in GTK 4.8: what a keyboard does."""
        self.focus(name, role)
        self.keys(key)

    def window(self, title="Nestbox"):
        def look():
            found = output("xdotool", "search", "--all", "--onlyvisible", "--pid", str(self.process.pid), "--name",
                           f"^{title}$").split()
            return found[-1] if found else None
        return wait(look, f"the window “{title}”")

    def _has_keyboard(self):
        """A dialog has it before its window. Where another program has it, the window takes it."""
        active = output("xdotool", "getactivewindow").strip()
        if active and output("xdotool", "getwindowpid", active).strip() == str(self.process.pid):
            return True
        window = self.window()
        if active == window:  # in a sandbox processes have other numbers
            return True
        has_manager = "_NET_ACTIVE_WINDOW" in output("xprop", "-root", "_NET_SUPPORTED")
        output("xdotool", "windowactivate" if has_manager else "windowfocus", window)
        return not has_manager

    def keys(self, *keys):
        """Types into the window that has the keyboard."""
        wait(self._has_keyboard, "the window to have the keyboard")
        if keys:
            # The newest xdotool presses Alt with a function key; with its code it does not.
            subprocess.run(["xdotool", "key", *("76" if key == "F10" else key for key in keys)], check=True)

    def keys_for(self, keys, name):
        """Presses keys that show something."""
        self.keys(keys)
        return self.find(name)

    def resize(self, width, height, title="Nestbox"):
        subprocess.run(["xdotool", "windowsize", "--sync", self.window(title), str(width), str(height)], check=True)

    def minimum(self, title="Nestbox"):
        """The least width and height that the toolkit lets a window have: its content's."""
        hints = output("xprop", "-id", self.window(title), "WM_NORMAL_HINTS")
        words = next(line for line in hints.splitlines() if "minimum size" in line).split()
        return int(words[-3]), int(words[-1])

    def size(self, title="Nestbox"):
        text = output("xdotool", "getwindowgeometry", "--shell", self.window(title))
        values = dict(line.split("=") for line in text.split())
        return int(values["WIDTH"]), int(values["HEIGHT"])

    def shot(self, name, title="Nestbox"):
        """Takes a picture, once two in a row are the same: what is still being drawn is not shown."""
        window = self.window(title)
        pictures = [b""]

        def is_still():
            pictures.append(subprocess.run(["import", "-window", window, "ppm:-"], capture_output=True,
                                           check=True).stdout)
            return pictures[-1] == pictures[-2]

        wait(is_still, "the window to keep still")
        SHOTS.mkdir(parents=True, exist_ok=True)
        subprocess.run(["convert", "ppm:-", str(SHOTS / f"{name}.png")], input=pictures[-1], check=True)

    def _has_no_dialog(self):
        """In older libadwaitas a dialog is a window, in newer ones a part of its window. A notice is an alert too, to be read."""
        return len(self.root.children) == 1 and not any(
            self.is_showing(item) for item in self.walk()
            if item.role == Role.DIALOG
            or item.role == Role.ALERT and self.name_of(item) and not item.states.contains(Atspi.StateType.FOCUSABLE))

    def close(self):
        """Ends it as a person does; it must end by itself and leave nothing behind."""
        if self.process.poll() is None:
            wait(self._has_no_dialog, "all dialogs to be closed")
            self.keys("ctrl+q")
            try:
                self.process.wait(DEADLINE)
            except subprocess.TimeoutExpired:
                self.kill()
                raise AssertionError("nestbox did not end on Ctrl+Q") from None
        self.log.seek(0)
        text = self.log.read()
        left = list(self.folder.glob("nestbox-demo-*"))
        shutil.rmtree(self.folder, ignore_errors=True)
        assert self.process.returncode == 0, f"nestbox ended with {self.process.returncode}: {text}"
        assert not left, f"left behind: {left}"
        for line in text.splitlines():
            assert "CRITICAL" not in line and ("WARNING" not in line or NOT_OURS.search(line)), text

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)


def run(*tests, screen="1000x1400"):
    """Runs functions as a TAP test; each gets a screen of that size that it shares with the others."""
    screen = Screen(screen)
    failed = 0
    wanted = sys.argv[1:]
    tests = [test for test in tests if not wanted or test.__name__ in wanted]
    print(f"1..{len(tests)}", flush=True)
    try:
        for number, test in enumerate(tests, 1):
            name = test.__name__.replace("_", " ")
            start = time.monotonic()
            faulthandler.dump_traceback_later(180)  # where it hangs, before meson ends it
            try:
                test()
                print(f"ok {number} - {name} # {time.monotonic() - start:.1f} s", flush=True)
            except Exception:
                failed += 1
                for line in traceback.format_exc().splitlines():
                    print(f"# {line}", flush=True)
                print(f"not ok {number} - {name}", flush=True)
    finally:
        faulthandler.cancel_dump_traceback_later()
        screen.close()
    sys.exit(1 if failed else 0)
