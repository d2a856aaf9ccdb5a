# SPDX-License-Identifier: GPL-3.0-or-later
"""A private host around the sandbox: a display; a system bus with polkitd and libvirtd, and an ordinary person's session on it."""

import contextlib
import glob
import os
import re
import shutil
import subprocess
import sys
import threading

from flatpak_lab import APP_ID, HERE

sys.path.insert(0, os.path.join(os.path.dirname(HERE), 'polkit'))
LIBVIRT = os.path.join(os.path.dirname(HERE), 'libvirt')


class Display:
    """Xvfb on a display number that it chooses."""

    def __enter__(self):
        os.makedirs('/tmp/.X11-unix', mode=0o1777, exist_ok=True)
        reader, writer = os.pipe()
        self.server = subprocess.Popen(['Xvfb', '-displayfd', str(writer), '-screen', '0', '1280x800x24', '-nolisten', 'tcp', '-ac', '-noreset'],
                                       pass_fds=[writer], stderr=subprocess.DEVNULL)
        os.close(writer)
        with os.fdopen(reader) as file:
            return ':' + file.readline().strip()

    def __exit__(self, *error):
        self.server.terminate()
        self.server.wait()


# The portal's service is started first: pkexec becomes its child, and the agent must be registered for it.
SESSION = '''
echo "$DBUS_SESSION_BUS_ADDRESS"
bus="gdbus call --session --dest org.freedesktop.DBus --object-path / --method org.freedesktop.DBus"
$bus.StartServiceByName org.freedesktop.Flatpak 0 >/dev/null 2>&1
echo "portal $($bus.GetConnectionUnixProcessID org.freedesktop.Flatpak 2>/dev/null | tr -dc ' 0-9')"
while read -r words; do
  $words </dev/null 2>&1
  echo "end $?"
done
'''

# libvirt's question is answered yes once a file is there, and whether it was put at all leaves another.
RULE = '''polkit.addRule(function (action, subject) {
  if (action.id != "org.libvirt.unix.manage")
    return null;
  polkit.spawn(["/usr/bin/touch", "@FOLDER@/asked"]);
  try {
    polkit.spawn(["/usr/bin/test", "-e", "@FOLDER@/yes"]);
    return polkit.Result.YES;
  } catch (error) {
    return polkit.Result.AUTH_ADMIN;
  }
});
'''

MACHINE = '''<domain type='qemu'><name>mine</name><memory unit='MiB'>16</memory><vcpu>1</vcpu>
<os><type arch='x86_64' machine='pc'>hvm</type></os><devices><memballoon model='none'/></devices></domain>
'''


class Host:
    """Everything is the real thing but the person who answers polkit's question: `mood` says how."""

    def __init__(self, lab, client, preload):
        import polkit
        from gi.repository import Gio, GLib
        self.polkit, self.gio, self.glib = polkit, Gio, GLib
        self.lines = []
        self.folder = os.path.join(lab.folder, 'person')
        # In a sandbox it has this name whatever it is outside.
        self.runtime = '/run/user/%d' % polkit.USER
        for name in ('home', 'shared'):
            os.makedirs(os.path.join(self.folder, name), mode=0o700)
            os.chown(os.path.join(self.folder, name), polkit.USER, polkit.USER)
        # polkitd, which is not root, and the person leave and look for files there.
        self.rules = os.path.join(lab.folder, 'rules')
        os.makedirs(self.rules)
        os.chmod(self.rules, 0o777)
        self.client, self.preload = (shutil.copy(path, os.path.join(self.folder, 'shared')) for path in (client, preload))
        os.chmod(os.path.join(self.folder, 'shared'), 0o755)
        self.environment = {'PATH': os.environ['PATH'], 'HOME': self.folder + '/home', 'XDG_RUNTIME_DIR': self.runtime,
                            'LC_ALL': 'C.UTF-8'}

        self.has_libvirt = all(shutil.which(name) for name in ('libvirtd', 'virsh', 'virt-ssh-helper', 'qemu-system-x86_64'))
        self.prepare(lab)
        polkit.start_bus()
        self.polkitd = subprocess.Popen([polkit.POLKITD], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.bus = Gio.bus_get_sync(Gio.BusType.SYSTEM, None)
        self.wait_for_name('org.freedesktop.PolicyKit1')
        if self.has_libvirt:
            subprocess.run(['libvirtd', '--daemon'], check=True)
            self.virsh('define', LIBVIRT + '/roots.xml')
        self.agent = polkit.Person()
        self.log_in()

    def prepare(self, lab):
        polkit = self.polkit
        policy = '/usr/share/polkit-1/actions/org.libvirt.unix.policy'
        actions = open(policy).read() if self.has_libvirt else None
        # No action of ours: a host knows none of a Flatpak's.
        polkit.prepare(lab.folder)
        polkit.let_root_in(lab.folder)
        os.makedirs(self.runtime, mode=0o700)
        os.chown(self.runtime, polkit.USER, polkit.USER)
        with open('/etc/group') as file:
            polkit.put(lab.folder + '/group', file.read() + 'person:x:%d:\n' % polkit.USER)
        polkit.mount('--bind', lab.folder + '/group', '/etc/group')
        # A sandbox may have a /proc only where one without anything mounted over it is in sight.
        os.makedirs(os.path.join(lab.folder, 'proc'))
        polkit.mount('-t', 'proc', 'proc', os.path.join(lab.folder, 'proc'))
        if not self.has_libvirt:
            return
        polkit.put(policy, actions)
        polkit.put('/etc/polkit-1/rules.d/10-libvirt.rules', RULE.replace('@FOLDER@', self.rules))
        with open(LIBVIRT + '/libvirtd.conf') as file:
            daemon = re.sub('(?m)^(auth_unix.*)none', r'\1polkit', file.read())
        with open(LIBVIRT + '/qemu.conf') as file:
            polkit.cover('/etc/libvirt', {'libvirtd.conf': daemon, 'qemu.conf': file.read()})
        for folder in ('/var/lib/libvirt', '/var/log', '/var/cache/libvirt'):
            polkit.cover(folder)
        os.makedirs('/var/log/libvirt/qemu')

    def log_in(self):
        self.session = subprocess.Popen(
            ['dbus-run-session', '--', 'sh', '-c', SESSION], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1,
            start_new_session=True, **self.as_person())
        self.environment['DBUS_SESSION_BUS_ADDRESS'] = self.session.stdout.readline().strip()
        words = self.session.stdout.readline().split()
        assert words[:1] == ['portal'], words
        if len(words) > 1:
            self.agent.register(int(words[-1]))

    def log_out(self):
        self.session.stdin.close()
        self.session.wait()

    def wait_for_name(self, name):
        loop = self.glib.MainLoop()
        watch = self.gio.bus_watch_name_on_connection(self.bus, name, self.gio.BusNameWatcherFlags.NONE, lambda *_: loop.quit(), None)
        timer = self.glib.timeout_add_seconds(30, loop.quit)
        loop.run()
        assert self.glib.source_remove(timer), name + ' did not start'
        self.gio.bus_unwatch_name(watch)

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
        """One command of the person, while the agent's main loop goes on."""
        loop = self.glib.MainLoop()
        self.lines = []
        over = []

        def read():
            for line in self.session.stdout:
                if line.startswith('end '):
                    over.append(int(line.split()[1]))
                    break
                self.lines.append(line.rstrip('\n'))
            self.glib.idle_add(loop.quit)

        threading.Thread(target=read, daemon=True).start()
        self.session.stdin.write(' '.join(words) + '\n')
        timer = self.glib.timeout_add_seconds(300, loop.quit)
        loop.run()
        assert over, 'no answer within five minutes: %s' % self.lines
        self.glib.source_remove(timer)
        self.code = over[0]
        return self.lines

    def run(self, words, *options):
        """The application's client, in the sandbox. Returns how it went."""
        lines = self.say('flatpak', 'run', *options, '--filesystem=%s/shared:ro' % self.folder, '--command=' + self.client, APP_ID, *words)
        self.last = next((line for line in lines if line.startswith('done ')), '')
        return self.last

    def report(self, *options):
        lines = self.say('flatpak', 'run', *options, APP_ID, '--report', '--json', '--include-names')
        return lines[lines.index('{'):] if '{' in lines else lines

    def as_person(self, env={}):
        """Options for subprocess: a program of the person's, in their session."""
        return dict(user=self.polkit.USER, group=self.polkit.USER, extra_groups=[], cwd='/', env={**self.environment, **env})

    def pid_of(self, program):
        """The only process that runs a program; in the sandbox it has another number."""
        pids = []
        for path in glob.glob('/proc/[0-9]*/comm'):
            with contextlib.suppress(OSError), open(path) as file:  # it has ended meanwhile
                if file.read().strip() == program:
                    pids.append(int(path.split('/')[2]))
        assert len(pids) == 1, pids
        return pids[0]

    def keep(self, files):
        """Settings of the application's, by their path in the folder that its sandbox has for them."""
        folder = os.path.join(self.folder, 'home', '.var')
        for name, text in files.items():
            self.polkit.put(os.path.join(folder, 'app', APP_ID, 'config', name), text)
        subprocess.run(['chown', '-R', '%d:%d' % (self.polkit.USER, self.polkit.USER), folder], check=True)

    def virsh(self, *words, uri='qemu:///system'):
        person = self.as_person() if uri == 'qemu:///session' else {}
        return subprocess.run(['virsh', '--connect', uri, '--quiet', *words], check=True, stdout=subprocess.PIPE, text=True,
                              **person).stdout

    def make_own_machine(self):
        """In the person's session, whose daemon ends again: what a morning looks like."""
        path = os.path.join(self.folder, 'shared', 'mine.xml')
        with open(path, 'w') as file:
            file.write(MACHINE)
        self.virsh('define', path, uri='qemu:///session')
        with open(self.runtime + '/libvirt/libvirtd.pid') as file:
            pid = file.read().strip()
        # In a process namespace of ours nothing else has this number.
        subprocess.run(['kill', pid], check=True)
        subprocess.run(['tail', '--pid=' + pid, '-f', '/dev/null'], check=True, timeout=60)
        return not os.path.exists(self.runtime + '/libvirt/libvirt-sock')

    def install_own(self, url):
        """The application, not the runtime, in the person's own installation."""
        for command in (['remote-add', 'nestbox', url + '/nestbox.flatpakrepo'],
                        ['install', '--noninteractive', '--no-deps', 'nestbox', APP_ID + '//stable']):
            subprocess.run(['flatpak', command[0], '--user', *command[1:]], check=True, stdout=subprocess.DEVNULL, **self.as_person())

    def end(self):
        self.log_out()
        self.polkitd.terminate()
