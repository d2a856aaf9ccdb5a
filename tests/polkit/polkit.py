#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The application's client, pkexec, polkitd and the helper, all real, in a mount namespace with a system bus of its own.

Only the person is played: an agent that answers, refuses, closes the dialog or waits."""

import os
import pwd
import re
import shutil
import subprocess
import sys
import tempfile

PREFIX = 'io.github.nestbox.Nestbox'
USER = 4242
OUR_FILE = '/etc/modprobe.d/zz-nestbox.conf'
BUSES = ('/usr/share/dbus-1/session.conf', '/usr/share/defaults/at-spi2/accessibility.conf')
# NbHelperError, by position.
DISMISSED, NOT_AUTHORIZED, NO_AGENT = 1, 2, 3
POLKITD = next((path for path in ('/usr/lib/polkit-1/polkitd', '/usr/libexec/polkitd') if os.path.exists(path)), None)
# An administrator's rule against one verb.
RULE = '''polkit.addRule(function(action, subject) {
  if (action.id == "io.github.nestbox.Nestbox.off" && / off disable-later /.test(action.lookup("command_line")))
    return polkit.Result.NO;
});
'''


def skip(reason):
    print('1..0 # SKIP', reason)
    sys.exit()


def enter_namespace():
    if os.environ.get('NB_IN_NAMESPACE'):
        return
    if os.geteuid() != 0:
        skip('needs root: pkexec is real here')
    for program in ('pkexec', 'dbus-daemon', 'unshare'):
        if shutil.which(program) is None:
            skip(f'{program} is not installed')
    if POLKITD is None:
        skip('polkitd is not installed')
    flags = ['--mount', '--pid', '--fork', '--kill-child', '--mount-proc']
    probe = subprocess.run(['unshare', *flags, 'true'], capture_output=True, text=True)
    if probe.returncode != 0:
        skip('mount namespaces are forbidden here: ' + probe.stderr.strip())
    os.environ['NB_IN_NAMESPACE'] = '1'
    # With the namespace's first process everything that it started goes as well.
    os.execvp('unshare', ['unshare', *flags, sys.executable] + sys.argv)


def mount(*words):
    subprocess.run(['mount', *words], check=True)


def put(path, text):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, 'w') as file:
        file.write(text)


def cover(path, files={}):
    """Puts a private folder over a folder of the system."""
    os.makedirs(path, exist_ok=True)
    mount('-t', 'tmpfs', '-o', 'mode=755', 'tmpfs', path)
    for name, text in files.items():
        put(os.path.join(path, name), text)


def prepare(folder, helper=None, policy=None):
    """A host with a person; without a policy it knows none of our actions."""
    actions, rules = {}, {}
    if policy is not None:
        with open(policy) as file:
            text, count = re.subn(r'(exec\.path">)[^<]*', r'\g<1>' + helper, file.read())
        assert count == 5, 'every action names the helper'
        actions, rules = {'test.policy': text}, {'test.rules': RULE}
    with open('/usr/share/polkit-1/actions/org.freedesktop.policykit.policy') as file:
        actions['org.freedesktop.policykit.policy'] = file.read()
    with open('/etc/passwd') as file:
        users = file.read()
    put(folder + '/passwd', users + f'person:x:{USER}:{USER}:A person:/:/bin/sh\n')
    put(folder + '/cpuinfo', 'processor\t: 0\nflags\t\t: fpu svm\n')
    cover('/run', {f'{name}/keep': '' for name in ('dbus', 'systemd/seats', 'systemd/sessions', 'systemd/users', 'systemd/machines')})
    cover('/etc/modprobe.d')
    cover('/sys/module')
    cover('/usr/share/polkit-1/actions', actions)
    cover('/usr/share/polkit-1/rules.d')
    cover('/etc/polkit-1/rules.d', rules)
    mount('--bind', folder + '/passwd', '/etc/passwd')
    mount('--bind', folder + '/cpuinfo', '/proc/cpuinfo')


def open_up(path, aside):
    """Lets files be added to a folder of the system, here alone: what is in it is seen through links."""
    os.makedirs(path, exist_ok=True)
    os.makedirs(aside)
    mount('--bind', path, aside)
    cover(path)
    for name in os.listdir(aside):
        os.symlink(os.path.join(aside, name), os.path.join(path, name))


def let_root_in(folder):
    """The buses of a person's session let root in as well, who presses the person's buttons."""
    for path in BUSES:
        rule = '<policy context="mandatory"><allow user="root"/></policy></busconfig>'
        with open(path) as file:
            put(folder + '/bus.conf', file.read().replace('</busconfig>', rule))
        mount('--bind', folder + '/bus.conf', path)
        os.unlink(folder + '/bus.conf')


def get_bus():
    return Gio.bus_get_sync(Gio.BusType.SYSTEM, None)


def get_bus_as_person():
    """A connection of the person's, for whom an agent has to answer since polkit 126. Whose it is, the bus asks the kernel once."""
    flags = Gio.DBusConnectionFlags.AUTHENTICATION_CLIENT | Gio.DBusConnectionFlags.MESSAGE_BUS_CONNECTION
    os.seteuid(USER)
    try:
        return Gio.DBusConnection.new_for_address_sync(Gio.dbus_address_get_for_bus_sync(Gio.BusType.SYSTEM, None), flags, None, None)
    finally:
        os.seteuid(0)


def start_polkitd():
    daemon = subprocess.Popen([POLKITD], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    loop = GLib.MainLoop()
    watch = Gio.bus_watch_name_on_connection(get_bus(), 'org.freedesktop.PolicyKit1', Gio.BusNameWatcherFlags.NONE,
                                             lambda *_: loop.quit(), None)
    timer = GLib.timeout_add_seconds(30, loop.quit)
    loop.run()
    assert GLib.source_remove(timer), 'polkitd did not start'
    Gio.bus_unwatch_name(watch)
    return daemon


def start_bus():
    daemon = subprocess.Popen(['dbus-daemon', '--system', '--nofork', '--nopidfile', '--print-address'],
                              stdout=subprocess.PIPE, text=True)
    assert daemon.stdout.readline(), 'the bus did not start'


class Person:
    """A polkit agent. What comes next is its `mood`: answer, refuse, dismiss or wait."""

    XML = '''<node><interface name="org.freedesktop.PolicyKit1.AuthenticationAgent">
      <method name="BeginAuthentication"><arg type="s" direction="in"/><arg type="s" direction="in"/>
        <arg type="s" direction="in"/><arg type="a{ss}" direction="in"/><arg type="s" direction="in"/>
        <arg type="a(sa{sv})" direction="in"/></method>
      <method name="CancelAuthentication"><arg type="s" direction="in"/></method></interface></node>'''
    AUTHORITY = ('org.freedesktop.PolicyKit1', '/org/freedesktop/PolicyKit1/Authority',
                 'org.freedesktop.PolicyKit1.Authority')

    def __init__(self):
        self.bus = get_bus_as_person()
        self.mood = 'answer'
        self.asked = []
        self.cancelled = 0
        self.on_asked = None
        info = Gio.DBusNodeInfo.new_for_xml(self.XML)
        self.bus.register_object('/agent', info.interfaces[0], self.called, None, None)

    def call(self, method, arguments, bus=None):
        (bus or self.bus).call_sync(*self.AUTHORITY, method, arguments, None, Gio.DBusCallFlags.NONE, -1, None)

    def subject(self, pid):
        return ('unix-process', {'pid': GLib.Variant('u', pid), 'start-time': GLib.Variant('t', 0),
                                 'uid': GLib.Variant('i', USER)})

    def register(self, pid):
        self.call('RegisterAuthenticationAgent', GLib.Variant('((sa{sv})ss)', (self.subject(pid), 'C', '/agent')))

    def unregister(self, pid):
        self.call('UnregisterAuthenticationAgent', GLib.Variant('((sa{sv})s)', (self.subject(pid), '/agent')))

    def called(self, bus, sender, path, interface, method, arguments, invocation):
        if method == 'CancelAuthentication':
            self.cancelled += 1
            invocation.return_value(None)
            return
        action, message, _icon, details, cookie, identities = arguments.unpack()
        self.asked.append((action, message, details))
        if self.mood == 'dismiss':
            invocation.return_dbus_error('org.freedesktop.PolicyKit1.Error.Cancelled', 'closed')
        elif self.mood == 'wait':
            self.waiting = invocation
        else:
            if self.mood == 'answer':
                # What polkit's own setuid helper, root, says of the person once the password was right.
                root = ('unix-user', {'uid': GLib.Variant('u', 0)})
                self.call('AuthenticationAgentResponse2', GLib.Variant('(us(sa{sv}))', (USER, cookie, root)), get_bus())
            invocation.return_value(None)
        if self.on_asked is not None:
            self.on_asked()


class Child:
    """A program run as a person, spoken to by lines while the agent's main loop goes on."""

    def __init__(self, words):
        self.lines = []
        self.rest = ''
        self.process = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0,
                                        user=USER, group=USER, extra_groups=[], cwd='/',
                                        env={'PATH': os.environ['PATH'], 'SHELL': '/odd/../%shell', 'LANG': 'xx/..%',
                                             'LC_TIME': '../%', 'XAUTHORITY': '%/x', 'TERM': 'a/b'})
        self.loop = GLib.MainLoop()
        GLib.io_add_watch(self.process.stdout, GLib.IO_IN | GLib.IO_HUP, self.readable)

    def readable(self, channel, condition):
        data = os.read(self.process.stdout.fileno(), 4096).decode()
        *lines, self.rest = (self.rest + data).split('\n')
        self.lines += lines
        if not data or any(line.startswith('done') for line in lines):
            self.loop.quit()
        return bool(data)

    def say(self, text):
        self.process.stdin.write(text.encode() + b'\n')

    def give_up(self):
        self.gave_up = True
        self.loop.quit()

    def ask(self, text):
        self.lines.clear()
        self.say(text)
        timer = GLib.timeout_add_seconds(30, self.give_up)
        self.gave_up = False
        self.loop.run()
        assert not self.gave_up, self.lines
        GLib.source_remove(timer)
        assert self.lines and self.lines[-1].startswith('done'), self.lines
        return self.lines[-1]


def error_of(line):
    words = line.split()
    assert words[1] != 'ok', line
    return (words[1], int(words[2]))


def tests(helper, client, person):
    child = Child([client, helper])
    pid = child.process.pid
    change = 'run on enable-later kvm_amd'

    def no_agent():
        assert error_of(child.ask(change)) == ('nb_helper_error_quark', NO_AGENT), child.lines
        assert not os.path.exists(OUR_FILE)

    def authorised():
        person.register(pid)
        assert child.ask(change).startswith('done ok'), child.lines
        assert os.path.exists(OUR_FILE)
        action, message, details = person.asked[-1]
        assert action == PREFIX + '.on' and 'let this computer’s virtual machines run' in message, person.asked
        assert details['polkit.subject-pid'] == str(pid), details
        assert child.lines[0] == 'running=1 can-cancel=1', child.lines
        assert child.lines.index('running=1 can-cancel=0') < child.lines.index('step check'), child.lines

    def show():
        assert child.ask('run show holders kvm_amd').startswith('done ok'), child.lines
        assert person.asked[-1][0] == PREFIX + '.show', person.asked

    def codes_pass_through():
        line = child.ask('run on enable-later kvm_intel')
        assert ' exit=12 ' in line, line

    def refused():
        person.mood = 'refuse'
        assert error_of(child.ask(change)) == ('nb_helper_error_quark', NOT_AUTHORIZED), child.lines

    def forbidden_by_rule():
        n_asked = len(person.asked)
        line = child.ask('run off disable-later kvm_amd')
        assert error_of(line) == ('nb_helper_error_quark', NOT_AUTHORIZED) and len(person.asked) == n_asked, line

    def dismissed():
        person.mood = 'dismiss'
        line = child.ask(change)
        assert error_of(line) == ('nb_helper_error_quark', DISMISSED) and ' exit=126 ' in line, line

    def cancelled():
        person.mood = 'wait'
        person.on_asked = lambda: child.say('cancel')
        assert error_of(child.ask(change))[0] == 'g-io-error-quark', child.lines
        person.on_asked = None
        context = GLib.MainContext.default()
        while person.cancelled == 0:
            context.iteration(True)

    def anything_else_is_generic():
        """Another first argument: pkexec's own action, which names the program. The helper through a link, too, where pkexec
        does not follow it; 128's does, and asks about what is there."""
        link = '/run/link'
        os.symlink(helper, link)
        person.mood = 'refuse'
        for command in (f'{helper} chang x y', f'{helper}', f'{link} on enable-later kvm_amd'):
            shell = Child(['sh', '-c', 'read line; SHELL=/bin/sh LANG= LC_TIME= XAUTHORITY= TERM= '
                                       f'pkexec --disable-internal-agent {command}; echo done $?'])
            person.register(shell.process.pid)
            assert shell.ask('') == 'done 127', shell.lines
            known = (PREFIX + '.on',) if link in command else ()
            assert person.asked[-1][0] in ('org.freedesktop.policykit.exec', *known), (command, person.asked[-1])
        os.unlink(link)

    def agent_gone():
        person.unregister(pid)
        assert error_of(child.ask(change)) == ('nb_helper_error_quark', NO_AGENT), child.lines

    return [no_agent, authorised, show, codes_pass_through, refused, forbidden_by_rule, dismissed, cancelled,
            anything_else_is_generic, agent_gone]


def main():
    enter_namespace()
    helper, client, policy = (os.path.abspath(path) for path in sys.argv[1:4])
    with tempfile.TemporaryDirectory(prefix='nestbox-') as folder:
        os.chmod(folder, 0o755)
        # A person must be able to reach both programs, wherever they were built.
        for program in (helper, client):
            shutil.copy(program, folder)
        helper, client = (os.path.join(folder, os.path.basename(path)) for path in (helper, client))
        prepare(folder, helper, policy)
        start_bus()
        polkitd = start_polkitd()
        failures = 0
        cases = tests(helper, client, Person())
        print(f'1..{len(cases)}')
        for number, case in enumerate(cases, 1):
            try:
                case()
                print(f'ok {number} {case.__name__}', flush=True)
            except (AssertionError, ValueError) as error:
                failures += 1
                print(f'not ok {number} {case.__name__}\n# line {error.__traceback__.tb_next.tb_lineno}: {error}', flush=True)
        polkitd.terminate()
        subprocess.run(['umount', '/proc/cpuinfo', '/etc/passwd'], check=True)
    sys.exit(1 if failures else 0)


try:
    from gi.repository import Gio, GLib
except ImportError:
    skip('python3-gi is not installed')
if __name__ == '__main__':
    main()
