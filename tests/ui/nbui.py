# SPDX-License-Identifier: GPL-3.0-or-later
"""A window under Xvfb, seen and pressed through AT-SPI, as a screen reader does. Run it within tests/ui/session."""

import contextlib
import faulthandler
import os
import pathlib
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
DEADLINE = 20

Role = Atspi.Role


class Screen:
    """An X server of its own."""

    def __init__(self, size="1000x1400"):
        read, write = os.pipe()
        self.server = subprocess.Popen(
            ["Xvfb", "-displayfd", str(write), "-screen", "0", f"{size}x24", "-nolisten", "tcp"],
            pass_fds=[write], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        os.close(write)
        with os.fdopen(read) as pipe:
            number = pipe.readline().strip()
        if not number:
            raise RuntimeError("Xvfb did not start")
        self.display = f":{number}"
        os.environ["DISPLAY"] = self.display

    def close(self):
        self.server.terminate()
        self.server.wait()


def wait(condition, what, deadline=DEADLINE):
    """Waits until condition() is true: looks again at every event, and now and then, for not all changes have one."""
    loop = GLib.MainLoop()
    end = time.monotonic() + deadline
    found = []
    failure = []

    def look(*_args):
        try:
            value = condition()
        except GLib.Error:
            value = None  # an object went away between two questions
        except Exception as error:  # must not get lost in the main loop
            failure.append(error)
            value = None
        if failure or value or time.monotonic() > end:
            found.append(value)
            loop.quit()
            return GLib.SOURCE_REMOVE
        return GLib.SOURCE_CONTINUE

    if look() == GLib.SOURCE_CONTINUE:
        source = GLib.timeout_add(40, look)
        loop.run()
        if GLib.MainContext.default().find_source_by_id(source) is not None:
            GLib.source_remove(source)
    if failure:
        raise failure[0]
    if not found[-1]:
        raise AssertionError(f"waited {deadline} s for {what}")
    return found[-1]


class App:
    """One run of nestbox."""

    def __init__(self, *arguments, env=None, debug="fatal-warnings", attach=True, size=None, user=None,
                 command=()):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="nestbox-ui-"))
        config = self.folder / "gtk-4.0"
        config.mkdir()
        (config / "settings.ini").write_text("[Settings]\ngtk-font-name=Cantarell 11\ngtk-enable-animations=0\n")
        environment = dict(
            os.environ, GDK_BACKEND="x11", GSK_RENDERER="cairo", GSETTINGS_BACKEND="memory", G_DEBUG=debug,
            GSETTINGS_SCHEMA_DIR=str(BUILD / "data"), XDG_CONFIG_HOME=str(self.folder), TMPDIR=str(self.folder),
            LC_ALL="C.UTF-8", NO_AT_BRIDGE="0")
        if size is not None:
            settings = self.folder / "glib-2.0" / "settings"
            settings.mkdir(parents=True)
            (settings / "keyfile").write_text(
                f"[io/github/nestbox/Nestbox]\nwidth={size[0]}\nheight={size[1]}\n")
            environment["GSETTINGS_BACKEND"] = "keyfile"
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
        for item in self.walk():
            if (not roles or item.role in roles) and self.name_of(item) == name and self.is_showing(item):
                return item
        return None

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

    def press(self, name, *roles):
        item = wait(lambda: self._sensitive(name, roles), f"“{name}” to be pressable")
        item.do_action()

    def _sensitive(self, name, roles):
        # A menu button and the button in it have the same name, and only the inner one can be pressed.
        for item in self.walk():
            if ((not roles or item.role in roles) and self.name_of(item) == name and self.is_showing(item)
                    and item.states.contains(Atspi.StateType.SENSITIVE) and item.get_n_actions() > 0):
                return item
        return None

    def press_in(self, heading, name):
        """Presses a button of the window that shows a heading: several have a Close button, or a Cancel button."""
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

    def press_row(self, name, key="Return", role=Role.LIST_ITEM, title="Nestbox"):
        """Rows have no action in GTK 4.8: what a keyboard does."""
        item = self.find(name, role)
        focused = []
        listener = Atspi.EventListener.new(lambda event: focused.append(event.detail1))
        listener.register("object:state-changed:focused")
        try:
            for move in ["Tab"] + ["Down"] * 20 + ["Up"] * 25:
                if item.get_state_set().contains(Atspi.StateType.FOCUSED):
                    self.keys(key, title=title)
                    return
                focused.clear()
                self.keys(move, title=title)
                with contextlib.suppress(AssertionError):  # at the end of the page it stays
                    wait(lambda: 1 in focused, "the focus to move", 1)
        finally:
            listener.deregister("object:state-changed:focused")
        raise AssertionError(f"the focus does not come to “{name}”")

    def window(self, title="Nestbox"):
        def look():
            found = subprocess.run(["xdotool", "search", "--all", "--onlyvisible", "--pid", str(self.process.pid), "--name",
                                    f"^{title}$"], capture_output=True, text=True).stdout.split()
            return found[-1] if found else None
        return wait(look, f"the window “{title}”")

    def keys(self, *keys, title="Nestbox"):
        window = self.window(title)
        with contextlib.suppress(subprocess.TimeoutExpired):  # without a window manager it may wait for ever
            subprocess.run(["xdotool", "windowfocus", "--sync", window], check=False, timeout=2)
        for key in keys:
            subprocess.run(["xdotool", "key", "--window", window, key], check=True)

    def keys_for(self, keys, name):
        """Presses keys until they show something: right after a dialog, a key may go astray without a window manager."""
        for _ in range(5):
            self.keys(keys)
            with contextlib.suppress(AssertionError):
                return wait(lambda: self.look_for(name), f"“{name}”", 4)
        raise AssertionError(f"{keys} does not show “{name}”")

    def resize(self, width, height):
        window = self.window()
        subprocess.run(["xdotool", "windowsize", "--sync", window, str(width), str(height)], check=True)

    def minimum(self):
        """The least width and height that the toolkit lets the window have: its content's."""
        text = subprocess.run(["xprop", "-id", self.window(), "WM_NORMAL_HINTS"], capture_output=True, text=True,
                              check=True).stdout
        line = next(line for line in text.splitlines() if "minimum size" in line)
        words = line.split()
        return int(words[-3]), int(words[-1])

    def size(self):
        text = subprocess.run(["xdotool", "getwindowgeometry", "--shell", self.window()], capture_output=True,
                              text=True, check=True).stdout
        values = dict(line.split("=") for line in text.split())
        return int(values["WIDTH"]), int(values["HEIGHT"])

    def shot(self, name, title="Nestbox"):
        """Takes a picture, once two in a row are the same: what is still being drawn is not shown."""
        def capture():
            return subprocess.run(["import", "-window", self.window(title), "ppm:-"], capture_output=True, check=True).stdout

        pictures = [b""]

        def is_still():
            pictures.append(capture())
            return pictures[-1] == pictures[-2]

        wait(is_still, "the window to keep still")
        SHOTS.mkdir(parents=True, exist_ok=True)
        subprocess.run(["convert", "ppm:-", str(SHOTS / f"{name}.png")], input=pictures[-1], check=True)

    def close(self):
        """Ends it as a person does; it must end by itself and leave nothing behind."""
        if self.process.poll() is None:
            for _ in range(5):  # without a window manager a key may go astray while another window comes up
                with contextlib.suppress(subprocess.CalledProcessError, AssertionError):
                    self.keys("ctrl+q")
                with contextlib.suppress(subprocess.TimeoutExpired):
                    self.process.wait(4)
                    break
            else:
                self.kill()
                raise AssertionError("nestbox did not end on Ctrl+Q")
        self.log.seek(0)
        text = self.log.read()
        left = list(self.folder.glob("nestbox-demo-*"))
        shutil.rmtree(self.folder, ignore_errors=True)
        assert self.process.returncode == 0, f"nestbox ended with {self.process.returncode}: {text}"
        assert not left, f"left behind: {left}"
        assert "CRITICAL" not in text and "WARNING" not in text, text

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)


def attempt(test, number):
    """Runs one function; why it failed is told in comments."""
    name = test.__name__.replace("_", " ")
    start = time.monotonic()
    faulthandler.dump_traceback_later(90)  # where it hangs, before meson ends it
    try:
        test()
    except Exception:
        for line in traceback.format_exc().splitlines():
            print(f"# {line}", flush=True)
        return False
    print(f"ok {number} - {name} # {time.monotonic() - start:.1f} s", flush=True)
    return True


def run(*tests):
    """Runs functions as a TAP test; each gets a screen that it shares with the others. Without a window manager X gives
    the keyboard to nobody now and then: what fails is tried once more, and says so."""
    screen = Screen()
    failed = 0
    wanted = sys.argv[1:]
    tests = [test for test in tests if not wanted or test.__name__ in wanted]
    print(f"1..{len(tests)}", flush=True)
    try:
        for number, test in enumerate(tests, 1):
            if attempt(test, number):
                continue
            print(f"# {test.__name__}: tried once more", flush=True)
            if not attempt(test, number):
                failed += 1
                print(f"not ok {number} - {test.__name__.replace('_', ' ')}", flush=True)
    finally:
        screen.close()
    sys.exit(1 if failed else 0)
