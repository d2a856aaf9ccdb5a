# SPDX-License-Identifier: GPL-3.0-or-later
"""A private host around the sandbox: a display; a system bus with polkitd, and an ordinary person's session on it."""

import os
import shutil
import subprocess
import sys
import threading

from flatpak_lab import APP_ID, HERE

sys.path.insert(0, os.path.join(os.path.dirname(HERE), 'polkit'))


class Display:
    """Xvfb on a display number that it chooses."""

    def __enter__(self):
        os.makedirs('/tmp/.X11-unix', mode=0o1777, exist_ok=True)
        reader, writer = os.pipe()
        self.server = subprocess.Popen(['Xvfb', '-displayfd', str(writer), '-screen', '0', '1280x800x24', '-nolisten', 'tcp', '-ac'],
                                       pass_fds=[writer], stderr=subprocess.DEVNULL)
        os.close(writer)
        with os.fdopen(reader) as file:
            return ':' + file.readline().strip()

    def __exit__(self, *error):
        self.server.terminate()
        self.server.wait()


# The portal's service is started first: pkexec becomes its child, and the agent must be registered for it.
SESSION = '''
bus="gdbus call --session --dest org.freedesktop.DBus --object-path / --method org.freedesktop.DBus"
$bus.StartServiceByName org.freedesktop.Flatpak 0 >/dev/null
echo "portal $($bus.GetConnectionUnixProcessID org.freedesktop.Flatpak | tr -dc ' 0-9')"
while read -r words; do
  flatpak run $words </dev/null 2>&1
  echo "end $?"
done
'''


class Host:
    """Everything is the real thing but the person who answers polkit's question: `mood` says how."""

    def __init__(self, lab, client):
        import polkit
        from gi.repository import Gio, GLib
        self.glib = GLib
        self.lines = []
        self.folder = os.path.join(lab.folder, 'person')
        for name in ('home', 'run', 'shared'):
            os.makedirs(os.path.join(self.folder, name), mode=0o700)
            os.chown(os.path.join(self.folder, name), polkit.USER, polkit.USER)
        self.client = shutil.copy(client, os.path.join(self.folder, 'shared'))
        os.chmod(os.path.join(self.folder, 'shared'), 0o755)

        # No action of ours: a host knows none of a Flatpak's.
        polkit.prepare(lab.folder)
        # A sandbox may have a /proc only where one without anything mounted over it is in sight.
        os.makedirs(os.path.join(lab.folder, 'proc'))
        polkit.mount('-t', 'proc', 'proc', os.path.join(lab.folder, 'proc'))
        polkit.start_bus()
        self.polkitd = subprocess.Popen([polkit.POLKITD], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        bus = Gio.bus_get_sync(Gio.BusType.SYSTEM, None)
        self.wait_for_name(bus, Gio, 'org.freedesktop.PolicyKit1')
        self.agent = polkit.Person(bus)
        self.session = subprocess.Popen(
            ['dbus-run-session', '--', 'sh', '-c', SESSION], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1,
            user=polkit.USER, group=polkit.USER, extra_groups=[], cwd='/', start_new_session=True,
            env={'PATH': os.environ['PATH'], 'HOME': self.folder + '/home', 'XDG_RUNTIME_DIR': self.folder + '/run',
                 'LC_ALL': 'C.UTF-8'})
        words = self.session.stdout.readline().split()
        assert words[:1] == ['portal'], words
        self.agent.register(int(words[-1]))

    def wait_for_name(self, bus, gio, name):
        loop = self.glib.MainLoop()
        watch = gio.bus_watch_name_on_connection(bus, name, gio.BusNameWatcherFlags.NONE, lambda *_: loop.quit(), None)
        timer = self.glib.timeout_add_seconds(30, loop.quit)
        loop.run()
        assert self.glib.source_remove(timer), name + ' did not start'
        gio.bus_unwatch_name(watch)

    @property
    def mood(self):
        return self.agent.mood

    @mood.setter
    def mood(self, mood):
        self.agent.mood = mood

    @property
    def asked(self):
        return self.agent.asked

    def say(self, *words):
        """One flatpak run, while the agent's main loop goes on."""
        loop = self.glib.MainLoop()
        self.lines = []
        over = []

        def read():
            for line in self.session.stdout:
                if line.startswith('end '):
                    break
                self.lines.append(line.rstrip('\n'))
            over.append(True)
            self.glib.idle_add(loop.quit)

        threading.Thread(target=read, daemon=True).start()
        self.session.stdin.write(' '.join(words) + '\n')
        timer = self.glib.timeout_add_seconds(120, loop.quit)
        loop.run()
        assert over, 'no answer within two minutes: %s' % self.lines
        self.glib.source_remove(timer)
        return self.lines

    def run(self, words, *options):
        """The application's client, in the sandbox. Returns how it went."""
        lines = self.say(*options, '--filesystem=%s/shared:ro' % self.folder, '--command=' + self.client, APP_ID, *words)
        self.last = next((line for line in lines if line.startswith('done ')), '')
        return self.last

    def report(self):
        lines = self.say(APP_ID, '--report', '--json')
        return lines[lines.index('{'):] if '{' in lines else lines

    def install_own(self, repository):
        """The application, not the runtime, in the person's own installation."""
        import polkit
        environment = {'PATH': os.environ['PATH'], 'HOME': self.folder + '/home', 'XDG_RUNTIME_DIR': self.folder + '/run'}
        for command in (['remote-add', '--no-gpg-verify', 'nestbox', 'file://' + repository],
                        ['install', '--noninteractive', '--no-deps', 'nestbox', APP_ID + '//stable']):
            subprocess.run(['flatpak', command[0], '--user', *command[1:]], check=True, user=polkit.USER, group=polkit.USER,
                           extra_groups=[], cwd='/', env=environment, stdout=subprocess.DEVNULL)

    def end(self):
        self.session.stdin.close()
        self.session.wait()
        self.polkitd.terminate()
