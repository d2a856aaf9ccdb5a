# SPDX-License-Identifier: GPL-3.0-or-later
"""What the Flatpak tests stand on: a system-wide installation of their own, a stand-in runtime, the real manifest built offline.

Everything happens in a mount namespace of its own, where the installation lies over /var/lib/flatpak. What takes long is
cached under ~/.cache/nestbox-tests/flatpak."""

import importlib.util
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
import traceback
from contextlib import contextmanager

HERE = os.path.dirname(os.path.realpath(__file__))
SOURCE = os.path.dirname(os.path.dirname(HERE))
CACHE = os.path.join(os.environ.get('XDG_CACHE_HOME') or os.path.expanduser('~/.cache'), 'nestbox-tests', 'flatpak')
APP_ID = 'io.github.nestbox.Nestbox'
ARCH = subprocess.run(['flatpak', '--default-arch'], stdout=subprocess.PIPE, text=True).stdout.strip() \
    if shutil.which('flatpak') else ''


class Tap:
    """Prints TAP; a failed check does not end the run."""

    def __init__(self):
        self.count = 0
        self.failed = 0

    def check(self, good, name, detail=''):
        self.count += 1
        self.failed += not good
        print('%s %d - %s' % ('ok' if good else 'not ok', self.count, name), flush=True)
        if not good:
            for line in str(detail).splitlines()[-40:]:
                print('#   ' + line, flush=True)
        return good

    def skip(self, name, reason):
        self.count += 1
        print('ok %d - %s # SKIP %s' % (self.count, name, reason), flush=True)

    @contextmanager
    def part(self, name):
        """Says how long a part of the test took. One that can't go on has failed; the others do go on."""
        began = time.monotonic()
        try:
            yield
        except AssertionError:
            self.check(False, name, traceback.format_exc())
        print('# %s: %.0f s' % (name, time.monotonic() - began), flush=True)

    def end(self):
        print('1..%d' % self.count)
        return 1 if self.failed else 0


def enter_namespace():
    """Starts this program again as root in a mount namespace; returns where it already runs there."""
    if os.environ.get('NB_FLATPAK_LAB'):
        return
    for program in ('flatpak', 'flatpak-builder', 'ostree', 'mmdebstrap', 'unshare', 'eu-strip', 'dbus-run-session', 'gpg',
                    'Xvfb', 'openbox', 'xdotool', 'xprop'):
        if not shutil.which(program):
            skip_all('%s is not installed' % program)
    if importlib.util.find_spec('gi') is None:
        skip_all('python3-gi is not installed')
    # With the namespace's first process everything that it started goes as well.
    flags = ['--mount', '--pid', '--fork', '--kill-child', '--mount-proc'] + ([] if os.geteuid() == 0 else ['--map-root-user'])
    if subprocess.run(['unshare', *flags, 'true'], stderr=subprocess.DEVNULL).returncode != 0:
        skip_all('this machine forbids user namespaces')
    if subprocess.run(['bwrap', '--unshare-user', '--ro-bind', '/', '/', 'true'], stderr=subprocess.DEVNULL).returncode != 0:
        skip_all('bwrap may not make a sandbox here')
    environment = dict(os.environ, NB_FLATPAK_LAB=tempfile.mkdtemp(prefix='nestbox-flatpak-'), LC_ALL='C.UTF-8',
                       REAL_ROOT='1' if os.geteuid() == 0 else '')
    # The shell stays as the first process and buries what others leave: libvirt waits for that.
    result = subprocess.run(['unshare', *flags, '--propagation', 'private', 'sh', '-c', '"$@"; exit $?', 'sh', sys.executable, *sys.argv],
                            env=environment)
    shutil.rmtree(environment['NB_FLATPAK_LAB'], ignore_errors=True)
    sys.exit(result.returncode)


def skip_all(reason):
    print('1..0 # SKIP ' + reason)
    sys.exit(0)


def run(*command, **options):
    """Runs a command and returns it with what it printed on both streams."""
    options.setdefault('stderr', subprocess.STDOUT)
    return subprocess.run(command, stdout=subprocess.PIPE, stdin=subprocess.DEVNULL, text=True, errors='replace', **options)


def must(*command, **options):
    result = run(*command, **options)
    if result.returncode != 0:
        print('Bail out! %s: %s' % (' '.join(command[:3]), result.stdout[-2000:].replace('\n', '\n# ')))
        sys.exit(1)
    return result.stdout


def bind(source, target):
    must('mount', '--bind', source, target)


class Lab:
    def __init__(self, tap):
        self.tap = tap
        self.folder = os.environ['NB_FLATPAK_LAB']
        os.chmod(self.folder, 0o755)
        os.makedirs(CACHE, exist_ok=True)
        home = os.path.join(self.folder, 'home')
        runtime = os.path.join(self.folder, 'run')
        os.makedirs(home)
        os.makedirs(runtime, mode=0o700)
        for name in list(os.environ):
            if name.startswith('XDG_') or name in ('DISPLAY', 'WAYLAND_DISPLAY', 'DBUS_SESSION_BUS_ADDRESS'):
                del os.environ[name]
        # meson wants to see warnings of the programs under test; flatpak's own are not ours.
        os.environ.pop('G_DEBUG', None)
        os.environ.update(HOME=home, XDG_RUNTIME_DIR=runtime)

    def prepare(self):
        """The stand-in runtime and the sources, installed where flatpak looks; fetched over the network the first time."""
        proxies = {name: os.environ.pop(name) for name in list(os.environ) if name.lower().endswith('_proxy')}
        manifest = os.path.join(SOURCE, 'flatpak', APP_ID + '.json')
        for script, *words in (('make-runtime',), ('make-builder',), ('fetch-sources', manifest)):
            with self.tap.part(script):
                must(os.path.join(HERE, script), CACHE, *words, env=dict(os.environ, **proxies))
        installation = os.path.join(CACHE, 'installation')
        os.makedirs(installation, exist_ok=True)
        os.makedirs('/var/lib/flatpak', exist_ok=True)
        bind(installation, '/var/lib/flatpak')
        must('flatpak', 'remote-add', '--system', '--if-not-exists', '--no-gpg-verify', 'standin', 'file://' + CACHE + '/runtime')
        must('flatpak', 'install', '--system', '--noninteractive', '--or-update', 'standin',
             'org.gnome.Platform//51', 'org.gnome.Sdk//51')
        # What an earlier run has left: nobody has heard of the application yet.
        run('flatpak', 'uninstall', '--system', '--noninteractive', APP_ID)
        for name in ('nestbox', 'stranger'):
            run('flatpak', 'remote-delete', '--system', '--force', name)

    def manifest(self, name):
        with open(os.path.join(SOURCE, 'flatpak', name + '.json')) as file:
            return json.load(file)
