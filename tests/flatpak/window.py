# SPDX-License-Identifier: GPL-3.0-or-later
"""window.py machine YES | setting WORDS… | own WORDS…: the window in the sandbox, pressed through AT-SPI by the person outside.

machine: changes the processor of the machine "roots", refused first, then, with the file YES there, done.
setting: asks for nested virtualization after a restart, and waits for the words. own: the same in the person's own
installation."""

import subprocess
import sys
import tempfile

from nbui import App, Atspi, Role, wait

APP_ID = "io.github.nestbox.Nestbox"
RADIO = (Role.RADIO_BUTTON, Role.CHECK_BOX)


class Sandboxed(App):
    def __init__(self, *options):
        self.arguments = ()
        self.log = tempfile.TemporaryFile("w+")
        self.process = subprocess.Popen(
            ["flatpak", "run", *options, "--env=GDK_BACKEND=x11", "--env=GSK_RENDERER=cairo", "--env=GSETTINGS_BACKEND=memory",
             APP_ID], stdout=self.log, stderr=subprocess.STDOUT)
        self.attach()

    def _find_application(self):
        """Process numbers are others in there; nobody else has a window on this bus."""
        if self.process.poll() is not None:
            self.log.seek(0)
            raise AssertionError(f"nestbox ended with {self.process.returncode}: {self.log.read()}")
        desktop = Atspi.get_desktop(0)
        desktop.clear_cache()
        for i in range(desktop.get_child_count()):
            child = desktop.get_child_at_index(i)
            if child is not None and child.get_name() == "nestbox" and child.get_child_count() > 0:
                return child
        return None

    def window(self, title="Nestbox"):
        def look():
            return subprocess.run(["xdotool", "search", "--onlyvisible", "--name", f"^{title}$"], capture_output=True,
                                  text=True).stdout.split()
        return wait(look, f"the window “{title}”")[-1]

    def says(self, words):
        try:
            wait(lambda: any(words in text for _role, text in self.names()), f"“{words}”", 60)
        except AssertionError:
            raise AssertionError(f"no “{words}”; shown is {[text for _role, text in self.names() if text]}") from None


def machine(yes):
    app = Sandboxed()
    app.keys_for("alt+2", "roots")
    app.find("mine", Role.LIST_ITEM)
    app.press_row("roots")
    app.find("Processor")
    app.press("Hypervisor Default", *RADIO)
    app.press("Apply", Role.PUSH_BUTTON)
    app.says("policy")
    with open(yes, "w", encoding="ascii"):
        app.press("Apply", Role.PUSH_BUTTON)
        app.find("Applied")


def setting(*words):
    app = Sandboxed()
    app.press("On", *RADIO)
    for word in words:
        app.says(word)


def own(*words):
    app = Sandboxed("--user")
    app.press("On", *RADIO)
    for word in words:
        app.says(word)


try:
    {"machine": machine, "setting": setting, "own": own}[sys.argv[1]](*(word.replace("_", " ") for word in sys.argv[2:]))
finally:
    subprocess.run(["flatpak", "kill", APP_ID], check=False, stderr=subprocess.DEVNULL)
print("window ok")
