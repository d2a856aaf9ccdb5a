#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The real window, run by an ordinary user, pressed through AT-SPI; pkexec, polkitd and the helper are real as well.

Pretended are the person (see polkit.py), the kernel (tests/helper/faults-preload.c), and that this computer is an s390x:
there nested virtualization is off by itself, and no CPUID instruction says that this is a virtual machine."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.dont_write_bytecode = True
HERE = Path(__file__).resolve().parent
sys.path += [str(HERE.parent / 'ui'), str(HERE.parent / 'helper')]

import polkit  # noqa: E402
import pretend  # noqa: E402
from polkit import OUR_FILE, PREFIX, USER, Person, cover, put  # noqa: E402

NESTED = '/sys/module/kvm/parameters/nested'
OFF = 'Nested Virtualization Is Off'
READY = 'Ready for Nested Virtual Machines'
FAILED = 'Nested Virtualization Could Not Be Enabled'


def read(path):
    try:
        return Path(path).read_text()
    except FileNotFoundError:
        return None


class Computer:
    """What the window and the helper take for this computer."""

    def __init__(self, folder, helper, installed, preload):
        self.folder = folder
        self.installed = installed
        self.program = folder / 'helper'
        self.library = folder / 'preload.so'
        shutil.copy(helper, self.program)
        shutil.copy(preload, self.library)
        modules = f'/lib/modules/{pretend.RELEASE}'
        cover('/lib/modules')
        os.makedirs(modules)
        pretend.build_module(modules, 'kvm', [], [])
        subprocess.run(['depmod', pretend.RELEASE], check=True, stderr=subprocess.DEVNULL)
        # With the prefix /usr the accessibility bus and polkitd are started from there as well.
        polkit.open_up(os.path.dirname(installed), '/run/aside')
        self.reset()

    def reset(self):
        for path in (OUR_FILE, '/sys/module/kvm', '/sys/module/.stash', self.folder / 'steps'):
            shutil.rmtree(path) if os.path.isdir(path) else Path(path).unlink(missing_ok=True)
        os.makedirs('/sys/module/.stash')
        for name, text in {'initstate': 'live', 'refcnt': '0', 'parameters/nested': '0'}.items():
            put('/sys/module/kvm/' + name, text + '\n')
        self.install()

    def install(self, fault=''):
        """pkexec lets no variable through: a script in the helper's place sets them."""
        put(self.installed, f'#!/bin/sh\nNB_KNOBS=s390x NB_FAULT="{fault}" NB_LOG={self.folder}/steps '
                            f'LD_PRELOAD={self.library} exec {self.program} "$@"\n')
        os.chmod(self.installed, 0o755)

    def step_of(self, name):
        self.reset()
        subprocess.run([self.installed, 'on', 'enable', 'kvm'], check=True, stdout=subprocess.DEVNULL)
        steps = [line.split()[0] for line in read(self.folder / 'steps').splitlines()]
        return len(steps) - steps[::-1].index(name)


def start_session(folder):
    """A session bus of the person's; the accessibility bus comes up by itself there."""
    polkit.let_root_in(str(folder))
    runtime = folder / 'runtime'
    runtime.mkdir(mode=0o700)
    os.chown(runtime, USER, USER)
    os.environ.update(XDG_RUNTIME_DIR=str(runtime), HOME=str(runtime), NB_BUILDDIR=str(folder),
                      NB_SRCDIR=str(HERE.parent.parent))
    os.environ.pop('XAUTHORITY', None)
    daemon = subprocess.Popen(['dbus-daemon', '--session', '--nofork', '--nopidfile', '--print-address'],
                              stdout=subprocess.PIPE, text=True, user=USER, group=USER, extra_groups=[])
    os.environ['DBUS_SESSION_BUS_ADDRESS'] = daemon.stdout.readline().strip()


def tests(computer, person, fake_uname):
    from nbui import App, Role, wait

    class Window:
        """The window with its person, and how both end."""

        def __init__(self, agent=True, **options):
            computer.reset()
            person.mood, person.asked, person.cancelled, person.on_asked = 'answer', [], 0, None
            env = {'LD_PRELOAD': fake_uname, 'FAKE_MACHINE': 's390x', **options.pop('env', {})}
            command = options.pop('command', (shutil.which('setpriv'), f'--reuid={USER}', f'--regid={USER}',
                                              '--clear-groups', '--'))
            self.app = App(env=env, user=USER, command=command, **options)
            self.agent = agent

        def __enter__(self):
            if self.agent:
                person.register(self.app.process.pid)
            self.app.find(OFF)
            return self.app

        def __exit__(self, kind, *_error):
            if self.agent and self.app.process.poll() is None:
                person.unregister(self.app.process.pid)
            if kind is None:
                self.app.close()
            elif self.app.process.poll() is None:
                self.app.kill()

    def enable(app):
        app.press('Enable', Role.PUSH_BUTTON)

    def ask(app, mood):
        person.mood = mood
        person.asked.clear()
        enable(app)
        wait(lambda: person.asked, 'the question')

    def nothing_happened(app):
        app.find('Enable', Role.PUSH_BUTTON)
        app.find(OFF)
        assert read(OUR_FILE) is None and read(NESTED) == '0\n'

    def no_error(app):
        assert app.look_for(FAILED) is None, app.names()

    def failed(app, words):
        app.find(FAILED)
        text = next((name for _role, name in app.names() if words in name), None)
        assert text is not None, app.names()
        nothing_happened(app)

    def enable_and_undo():
        with Window() as app:
            enable(app)
            app.find(READY)
            assert read(NESTED) == '1\n' and read(OUR_FILE).endswith('options kvm nested=1\n')
            action, message, _details = person.asked[0]
            assert action == PREFIX + '.on' and 'let this computer’s virtual machines run' in message, person.asked
            app.find('Nested virtualization is on')
            app.press('Undo', Role.PUSH_BUTTON)
            app.find(OFF)
            assert read(NESTED) == '0\n' and read(OUR_FILE) is None

    def no_for_an_answer():
        """One window: what was said of the last attempt is gone at the next."""
        with Window() as app:
            person.mood = 'refuse'
            enable(app)
            failed(app, 'You are not allowed to do this. Ask somebody who manages this computer.')

            ask(app, 'dismiss')
            nothing_happened(app)
            no_error(app)

            ask(app, 'wait')
            app.find('Ask for an administrator’s password')
            app.press('Cancel', Role.PUSH_BUTTON)
            wait(lambda: person.cancelled, 'the dialog to go away')
            nothing_happened(app)
            no_error(app)

            os.unlink(computer.installed)
            person.asked.clear()
            enable(app)
            failed(app, 'Install it first, for example with “sudo meson install -C build”.')
            assert not person.asked

    def no_agent():
        with Window(agent=False) as app:
            enable(app)
            failed(app, 'Nothing on this desktop can ask for a password. Start a polkit authentication agent')
            app.find(f'pkexec {computer.installed} on enable kvm')
            assert not person.asked

    def pkexec_missing():
        with Window(env={'PATH': '/nonexistent'}) as app:
            enable(app)
            failed(app, 'Install the package pkexec or polkit and try again.')

    def kvm_is_left_alone():
        """While a helper is at work the window looks at nothing, whatever changes: an open /dev/kvm pins the module."""
        step = computer.step_of('delete')  # the module is still there
        log = computer.folder / 'strace'
        # The helper opens the device relative to a descriptor, the window by its path; with O_PATH nothing is opened.
        opened = lambda: read(log).count('"/dev/kvm", O_RDWR')
        command = ('strace', '-D', '-f', '-qq', '-u', 'person', '-s', '64', '-e', 'trace=openat,read', '-o', str(log))
        with Window(command=command) as app:
            computer.install(f'stop {step}')
            before = opened()
            assert before > 0, 'it looks when it starts'
            enable(app)
            wait(lambda: len((read(computer.folder / 'steps') or '').splitlines()) == step, 'the helper to stop', 60)
            before = opened()
            seen = len(read(log))
            put('/etc/modprobe.d/news.conf', '')
            wait(lambda: 'news.conf' in read(log)[seen:], 'the window to notice')
            noticed = time.monotonic()
            # It gathers news for a quarter of a second; an answer after that comes from a window that has had its chance.
            wait(lambda: time.monotonic() > noticed + 1 and app.look_for('Load KVM anew'), 'the quiet to be of some length')
            assert opened() == before

            def go_on():
                for pid in processes_of(computer.program):
                    os.kill(pid, signal.SIGCONT)
                return app.look_for(READY)

            wait(go_on, 'the helper to go on')
            assert opened() > before, 'then all is read anew'

    return [enable_and_undo, no_for_an_answer, no_agent, pkexec_missing, kvm_is_left_alone]


def processes_of(program):
    for folder in Path('/proc').glob('[0-9]*'):
        try:
            if os.readlink(folder / 'exe') == str(program):
                yield int(folder.name)
        except OSError:  # it has ended meanwhile
            continue


def main():
    os.environ['PATH'] += ':/usr/sbin:/sbin'
    polkit.enter_namespace()
    for program in ('Xvfb', 'strace', 'depmod', 'setpriv', 'cc'):
        if shutil.which(program) is None:
            polkit.skip(f'{program} is not installed')
    build, helper, installed, policy, preload, fake_uname = (os.path.abspath(path) for path in sys.argv[1:7])
    del sys.argv[1:7]  # what follows names tests
    os.chdir('/')  # a person may not be let into the checkout
    made = [path for path in ('/lib/modules', os.path.dirname(installed)) if not os.path.exists(path)]
    with tempfile.TemporaryDirectory(prefix='nestbox-') as name:
        folder = Path(name)
        folder.chmod(0o755)
        for path in ('src/nestbox', 'data/gschemas.compiled'):
            (folder / path).parent.mkdir()
            shutil.copy(Path(build) / path, folder / path)
        shutil.copy(fake_uname, folder / 'uname.so')
        polkit.prepare(name, installed, policy)
        polkit.start_bus()
        daemon = polkit.start_polkitd()
        start_session(folder)
        try:
            from nbui import run
            computer = Computer(folder, helper, installed, preload)
            run(*tests(computer, Person(), str(folder / 'uname.so')))
        finally:
            daemon.terminate()
            subprocess.run(['umount', '/proc/cpuinfo', '/etc/passwd', '/lib/modules', os.path.dirname(installed)],
                           check=True)
            for path in made:
                os.rmdir(path)


main()
