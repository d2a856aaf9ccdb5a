#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""How it looks: every page fits into 360 pixels in every language; and pictures of the pages and dialogs in light, dark,
high contrast, narrow, German, Arabic and with large text come to build/tests/ui/shots, for a person to look at."""

import gettext
import subprocess
import tempfile

from nbui import App, BUILD, Role, SOURCE, run, wait

BUTTON = Role.PUSH_BUTTON
MACHINE = "Android emulator host"
NARROW = 360
# Without a compositing manager GTK draws a frame of its own around the window.
FRAME = 12
LANGUAGES = (SOURCE / "po" / "LINGUAS").read_text().split()
SCENARIOS = {
    "in-use": "Off: Virtual Machines Must Stop First",
    "firmware-off": "Virtualization Is Turned Off in the Firmware Settings",
    "ready": "Ready for Nested Virtual Machines",
}


class Tour:
    """Every page and dialog of the demo, one after the other, in one language and look."""

    def __init__(self, name, width, height, scenario="off", language=None, env=None, gtk="", pictures=True):
        self.name, self.width, self.pictures = name, width, pictures
        self.translate = gettext.translation("nestbox", BUILD / "po", [language or "en"], fallback=True).gettext
        environment = {"NESTBOX_LOCALEDIR": str(BUILD / "po"), "LANGUAGE": language or "C", **(env or {})}
        self.app = App("--demo", "--scenario", scenario, env=environment, size=(width, height), gtk=gtk)

    def __enter__(self):
        return self

    def __exit__(self, kind, *_):
        if kind is None:
            self.app.close()
        elif self.app.process.poll() is None:
            self.app.kill()

    def text(self, english):
        """What a label says in this language, its mnemonic left out."""
        return self.translate(english).replace("_", "")

    def find(self, english, *roles):
        return self.app.find(self.text(english), *roles)

    def press(self, english, *roles):
        self.app.press(self.text(english), *roles)

    def row(self, english):
        self.app.press_row(self.text(english))

    def shot(self, page, dialog=None):
        """A picture, and the width: of a dialog that is a window of its own, if its title is given."""
        title = self.text(dialog) if dialog else "Nestbox"
        nameless = self.app.nameless() if self.name == "light" else []
        assert not nameless, [(item.get_role_name(), item.parent.get_role_name(), item.parent.name) for item in nameless]
        minimum = self.app.minimum(title)[0]
        assert self.width > NARROW or minimum <= NARROW + FRAME, f"{page}-{self.name}: {minimum} pixels at least"
        if dialog and self.width <= NARROW:
            self.app.resize(self.width, 700, title)
        if self.pictures:
            self.app.shot(f"{page}-{self.name}", title)

    def close_dialog(self, english):
        self.app.keys("Escape")
        self.app.gone(self.text(english), Role.FRAME, Role.DIALOG)

    def computer(self, title="Nested Virtualization Is Off"):
        self.find(title)
        self.find("Checks")
        wait(lambda: abs(self.app.size()[0] - self.width) <= FRAME, f"a window {self.width} pixels wide")
        self.shot("computer")

    def machines(self):
        self.app.keys("alt+2")
        self.app.find(MACHINE, Role.LIST_ITEM)
        self.shot("machines")
        self.app.keys("ctrl+f", "q", "q")
        # GTK 4.8 tells of a page that lies below as well.
        self.app.gone(MACHINE, Role.LIST_ITEM)
        self.find("No Results")
        self.shot("no-results")
        self.press("_Show All", BUTTON)

    def machine(self):
        self.app.press_row(MACHINE)
        self.find("Hypervisor Default", Role.LIST_ITEM)
        self.shot("machine")
        self.row("Named Model")
        self.find("Named Models")
        self.shot("models")
        self.app.keys("Escape")
        self.row("Advanced")
        self.find("Protections Against Processor Flaws")
        self.shot("advanced")
        self.app.keys("Escape")

    def changes(self):
        self.row("Copy Host CPU Configuration")
        self.press("_Review…", BUTTON)
        self.find("What Changes")
        self.shot("review", "Review the Changes")
        self.close_dialog("Review the Changes")
        self.shot("changed")
        self.app.keys("ctrl+s")
        self.find("Applied")
        self.shot("applied")
        self.press("Machine Menu", BUTTON, Role.TOGGLE_BUTTON)
        self.press("_Earlier Versions…")
        self.find("_Bring Back", BUTTON)
        self.shot("versions", "Earlier Versions")
        self.close_dialog("Earlier Versions")

    def plan(self):
        title = "Let This Machine Run Virtual Machines"
        self.press("S_et Up…", BUTTON)
        self.find("What Will Be Done")
        self.shot("plan", title)
        self.press("_Start", BUTTON)
        self.find("_Take Back", BUTTON)
        self.shot("plan-done", title)
        self.close_dialog(title)

    def pages(self):
        self.computer()
        self.machines()
        self.machine()

    def everything(self):
        self.pages()
        self.changes()
        self.plan()


def light():
    with Tour("light", 800, 1100) as tour:
        tour.everything()
    for scenario, title in SCENARIOS.items():
        with Tour(f"{scenario}-light", 800, 1100, scenario=scenario) as tour:
            tour.computer(title)


def dark():
    with Tour("dark", 800, 1100, env={"ADW_DEBUG_COLOR_SCHEME": "prefer-dark"}) as tour:
        tour.pages()


def high_contrast():
    with Tour("contrast", 800, 1100, env={"ADW_DEBUG_HIGH_CONTRAST": "1"}) as tour:
        tour.pages()


def narrow():
    with Tour("narrow", NARROW, 1300) as tour:
        tour.everything()


def large_text():
    with Tour("large", 800, 1300, gtk="gtk-font-name=Cantarell 22\n") as tour:
        tour.pages()


def german():
    """The longest words."""
    with Tour("narrow-de", NARROW, 1300, language="de") as tour:
        tour.everything()


def every_language():
    for language in LANGUAGES:
        with Tour(f"narrow-{language}", NARROW, 1300, language=language, pictures=False) as tour:
            tour.pages()


def right_to_left():
    """GTK takes the direction from the locale."""
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(["localedef", "--no-archive", "-i", "ar_EG", "-f", "UTF-8", f"{folder}/ar_EG.UTF-8"], check=True)
        with Tour("arabic", 800, 1100, language="ar", env={"LOCPATH": folder, "LC_ALL": "ar_EG.UTF-8"}) as tour:
            tour.pages()


run(light, dark, high_contrast, narrow, large_text, german, every_language, right_to_left)
