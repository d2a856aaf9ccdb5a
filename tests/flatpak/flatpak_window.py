# SPDX-License-Identifier: GPL-3.0-or-later
"""The person's window in the sandbox, seen and pressed through AT-SPI from outside, as a screen reader does."""

import os
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path
from xml.etree import ElementTree

from flatpak_lab import APP_ID, CACHE, SOURCE

sys.path.insert(0, os.path.join(SOURCE, 'tests', 'ui'))
os.environ.update(NB_BUILDDIR=CACHE, NB_SRCDIR=SOURCE)
from nbui import SIZE, App, Atspi, Role, Screen, output, wait  # noqa: E402


class Window(App):
    """A flatpak run of the person's. In a sandbox processes have other numbers: nobody else shows a window here."""

    def __init__(self, person, *options):
        self.folder = Path(tempfile.mkdtemp(prefix='nestbox-window-'))
        self.log = open(self.folder / 'log', 'w+')
        self.arguments = options
        # In the corner and high enough: newer GTKs tell of those rows only that can be seen.
        person.keep({'glib-2.0/settings/keyfile': '[io/github/nestbox/Nestbox]\nwidth=%d\nheight=%d\n' % SIZE,
                     'gtk-4.0/settings.ini': '[Settings]\ngtk-enable-animations=0\n'})
        self.process = subprocess.Popen(['flatpak', 'run', *options, APP_ID], stdout=self.log, stderr=subprocess.STDOUT,
                                        **person.as_person({'DISPLAY': os.environ['DISPLAY'], 'GDK_BACKEND': 'x11',
                                                            'GSK_RENDERER': 'cairo', 'GSETTINGS_BACKEND': 'keyfile'}))

    def _find_application(self):
        if self.process.poll() is not None:
            self.log.seek(0)
            raise AssertionError('flatpak run ended with %d: %s' % (self.process.returncode, self.log.read()))
        self.name = next(iter(self.bus.applications()), None)
        return self.name is not None and self.root.children

    def window(self, title='Nestbox'):
        return wait(lambda: output('xdotool', 'search', '--onlyvisible', '--name', '^%s$' % title).split(), 'the window')[-1]

    def choose(self, name):
        self.press_row(name)
        wait(lambda: self.is_checked(name), '“%s” to be chosen' % name)

    def can_press(self, name):
        return self._sensitive(name, (Role.PUSH_BUTTON,)) is not None

    def is_checked(self, name):
        item = self.look_for(name, Role.CHECK_BOX, Role.RADIO_BUTTON)
        return item is not None and item.states.contains(Atspi.StateType.CHECKED)

    def text(self, words):
        """The whole text of what says these words."""
        return wait(lambda: next((name for _role, name in self.names() if words in name), None), '“%s” to be said' % words)


@contextmanager
def window(person, *options):
    # We look from within the person's session.
    os.environ['DBUS_SESSION_BUS_ADDRESS'] = person.environment['DBUS_SESSION_BUS_ADDRESS']
    screen = Screen()
    app = Window(person, *options)
    try:
        app.attach()
        yield app
        app.close()
    finally:
        if app.process.poll() is None:
            subprocess.run(['flatpak', 'kill', APP_ID], check=False, **person.as_person())
            app.kill()
        screen.close()


def split(text):
    """The <cpu> of a machine's description as a dictionary, and everything else in canonical form."""
    tree = ElementTree.fromstring(text)
    cpu = tree.find('cpu')
    tree.remove(cpu)
    return dict(cpu.attrib), ElementTree.canonicalize(ElementTree.tostring(tree, encoding='unicode'))
