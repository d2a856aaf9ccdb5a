#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The pictures of data/screenshots, from the demo without its mark: `ninja -C build screenshots`, which runs this where the
newest libadwaita is.

Each is a window as a desktop shows it, with round corners and a shadow, on nothing, for a screen of two pixels a point."""

import ctypes
import pathlib
import subprocess
import tempfile
import time

from nbui import SOURCE, App, Role, output, run, wait

SCALE = 2
ENVIRONMENT = {"NESTBOX_HIDE_DEMO_MARK": "1", "GDK_SCALE": str(SCALE)}
DARK = {"ADW_DEBUG_COLOR_SCHEME": "prefer-dark"}
# As GNOME has it: nothing but Close.
BUTTONS = "gtk-decoration-layout=:close\n"
# Heights are such that nothing is cut.
WIDTH = 870  # and 82 more for what is left of the shadow, of 1000 that a listing may have; of 700 in the height
SCREEN = (2400, 3000)
CORNER = (SCREEN[0] - 1, SCREEN[1] - 1)
BUTTON = Role.PUSH_BUTTON
PLAN = "Let This Machine Run Virtual Machines"


class Image(ctypes.Structure):
    """XImage, as far as it is needed."""

    _fields_ = [("width", ctypes.c_int), ("height", ctypes.c_int), ("xoffset", ctypes.c_int), ("format", ctypes.c_int),
                ("data", ctypes.POINTER(ctypes.c_char)), ("rest", ctypes.c_int * 4), ("depth", ctypes.c_int),
                ("bytes_per_line", ctypes.c_int)]


class Desktop:
    """What GTK asks for before it draws a shadow: somebody who composes windows and knows their frames. Nobody does, but
    windows have their transparency all the same. The tests' own window manager knows nothing of frames, and goes."""

    def __init__(self):
        manager = output("xprop", "-root", "_NET_SUPPORTING_WM_CHECK").split()[-1]
        subprocess.run(["openbox", "--exit"], check=True)
        wait(lambda: not output("xprop", "-id", manager), "openbox to end")
        self.x11 = ctypes.CDLL("libX11.so.6")
        for name, result in (("XOpenDisplay", ctypes.c_void_p), ("XInternAtom", ctypes.c_ulong),
                             ("XDefaultRootWindow", ctypes.c_ulong), ("XCreateSimpleWindow", ctypes.c_ulong),
                             ("XGetImage", ctypes.POINTER(Image))):
            getattr(self.x11, name).restype = result
        self.display = ctypes.c_void_p(self.x11.XOpenDisplay(None))
        root = ctypes.c_ulong(self.x11.XDefaultRootWindow(self.display))
        self.window = ctypes.c_ulong(self.x11.XCreateSimpleWindow(self.display, root, 0, 0, 1, 1, 0, 0, 0))
        for target in (root, self.window):
            self.set(target, "_NET_SUPPORTING_WM_CHECK", "WINDOW", self.window.value)
        self.set(root, "_NET_SUPPORTED", "ATOM", self.atom("_GTK_FRAME_EXTENTS").value)
        self.x11.XSetSelectionOwner(self.display, self.atom("_NET_WM_CM_S0"), self.window, ctypes.c_ulong(0))
        self.x11.XSync(self.display, 0)

    def atom(self, name):
        return ctypes.c_ulong(self.x11.XInternAtom(self.display, name.encode(), 0))

    def set(self, window, name, kind, value):
        self.x11.XChangeProperty(self.display, window, self.atom(name), self.atom(kind), 32, 0,
                                 ctypes.byref(ctypes.c_ulong(value)), 1)

    def capture(self, window, width, height):
        """The window's pixels: blue, green, red, opacity."""
        image = self.x11.XGetImage(self.display, ctypes.c_ulong(int(window)), 0, 0, width, height, ctypes.c_ulong(0xFFFFFFFF), 2)
        data = image.contents.data[:image.contents.bytes_per_line * height]
        self.x11.XFree(image.contents.data)
        self.x11.XFree(image)
        return data


desktop = []


def open_app(scenario, height, env):
    if not desktop:
        desktop.append(Desktop())
    return App("--demo", "--scenario", scenario, env={**ENVIRONMENT, **env}, debug="", size=(WIDTH, height), gtk=BUTTONS)


def still(app, title):
    """A window's pixels with its size, once it has kept still for so long that GTK has taken the mark of the keyboard's focus
    away."""
    window = app.window(title)
    text = subprocess.run(["xdotool", "getwindowgeometry", "--shell", window], capture_output=True, text=True, check=True).stdout
    geometry = dict(line.split("=") for line in text.split())
    width, height = int(geometry["WIDTH"]), int(geometry["HEIGHT"])
    last = [b"", time.monotonic()]

    def is_still():
        shot = desktop[0].capture(window, width, height)
        if shot != last[0]:
            last[:] = shot, time.monotonic()
        return time.monotonic() > last[1] + 4

    wait(is_still, f"“{title}” to keep still")
    pixels = bytearray(last[0])
    for i in range(0, len(pixels), 4):
        opacity = pixels[i + 3]
        if 0 < opacity < 255:  # X multiplies the colours by it, PNG does not
            pixels[i:i + 3] = bytes(min(255, value * 255 // opacity) for value in pixels[i:i + 3])
    return bytes(pixels), f"{width}x{height}"


def picture(app, name, dialog=None):
    """The window, and a dialog over it that is a window of its own."""
    subprocess.run(["xdotool", "mousemove", *map(str, CORNER)], check=True)  # what is under the pointer is lit
    if dialog is not None:  # beside it first: X keeps nothing of what is covered
        for words in (["windowsize", "--sync", app.window(dialog), "1444", "1250"], ["windowmove", app.window(dialog), "0", "1400"]):
            subprocess.run(["xdotool", *words], check=True)
    convert = ["convert"]
    with tempfile.TemporaryDirectory() as folder:
        for title in filter(None, ("Nestbox", dialog)):
            pixels, size = still(app, title)
            path = pathlib.Path(folder) / title
            path.write_bytes(pixels)
            convert += ["(", "-size", size, "-depth", "8", f"bgra:{path}", ")"]
        if dialog is not None:
            convert += ["-gravity", "center", "-geometry", "+0+42", "-composite"]  # below the title
        subprocess.run([*convert, "-trim", "+repage", "-strip", "-define", "png:compression-level=9",
                        str(SOURCE / "data" / "screenshots" / f"{name}.png")], check=True)
    app.kill()


def computer(name, scenario, title, height, env):
    app = open_app(scenario, height, env)
    app.find(title)
    app.find("Checks")
    picture(app, name)


def open_machine(scenario, machine, height, env):
    app = open_app(scenario, height, env)
    app.keys_for("alt+2", machine)
    app.press_row(machine)
    app.find("Processor")
    return app


def plan():
    app = open_machine("off", "k8s-node-1", 640, {})
    app.press("Set Up…", BUTTON)
    picture(app, "plan", PLAN)


def machine():
    app = open_machine("ready", "k8s-node-1", 600, {})
    picture(app, "machine")


def machines_dark():
    app = open_app("ready", 625, DARK)
    app.keys_for("alt+2", "k8s-node-1")
    app.keys("Tab", "Tab")  # out of the search
    picture(app, "machines-dark")


def off():
    computer("off", "off", "Nested Virtualization Is Off", 648, {})


def ready_dark():
    computer("ready-dark", "ready", "Ready for Nested Virtual Machines", 440, DARK)


run(plan, machine, machines_dark, off, ready_dark, screen="{}x{}".format(*SCREEN))
