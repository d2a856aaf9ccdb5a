# SPDX-License-Identifier: GPL-3.0-or-later
"""Systems of a later Debian, as folders that mmdebstrap makes, kept outside the source tree; `enter` goes into them."""

import contextlib
import fcntl
import hashlib
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
CACHE = Path(os.environ.get('XDG_CACHE_HOME') or Path.home() / '.cache') / 'nestbox-tests' / 'newest'


class Skip(Exception):
    """Something that this machine lacks; the text says what."""


def need():
    if os.geteuid() != 0:
        raise Skip('needs root, for a system with packages, daemons and persons of its own')
    if shutil.which('mmdebstrap') is None:
        raise Skip('mmdebstrap is missing')
    if subprocess.run(['unshare', '--mount', '--pid', '--fork', 'true'], stderr=subprocess.DEVNULL, check=False).returncode != 0:
        raise Skip('namespaces are forbidden here')


def inside(root, *command):
    """Runs a command in the system. Returns its exit code and what it printed."""
    result = subprocess.run([HERE / 'enter', root, *command], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                            stderr=subprocess.STDOUT, text=True, errors='replace', check=False)
    return result.returncode, result.stdout


def make_bare(suite, folder, packages):
    """A system with apt and little else. A testing Release file may be past its date."""
    maker = subprocess.run(
        ['mmdebstrap', '--quiet', '--variant=apt', '--skip=output/dev', '--aptopt=Acquire::Check-Valid-Until "false"',
         '--dpkgopt=path-exclude=/usr/share/doc/*', '--dpkgopt=path-exclude=/usr/share/locale/*',
         '--include=' + ','.join(packages), suite, folder],
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors='replace', check=False)
    if maker.returncode != 0:
        raise Skip(f'mmdebstrap can\'t make a {suite}: {maker.stdout.strip().splitlines()[-1:]}')


@contextlib.contextmanager
def get_root(name, suite, packages, key, prepare=lambda root: None):
    """The system's folder, which nobody else uses meanwhile; made anew where the packages or the key have changed."""
    digest = hashlib.sha256(repr((packages, key)).encode()).hexdigest()[:12]
    root = CACHE / f'{name}-{digest}'
    CACHE.mkdir(parents=True, exist_ok=True)
    with open(CACHE / f'{name}.lock', 'w', encoding='ascii') as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not root.is_dir():
            for old in CACHE.glob(f'{name}-*'):
                shutil.rmtree(old)
            new = CACHE / f'{name}-new'
            make_bare(suite, new, packages)
            prepare(new)
            new.rename(root)
        yield root


PERSON = 'person'
CHECKOUT = f'home/{PERSON}/nestbox'


def add_person(root):
    status, text = inside(root, 'useradd', '--create-home', '--shell', '/bin/sh', PERSON)
    if status != 0:
        raise Skip(f'a person can\'t be added: {text}')
    (root / 'etc/sudoers.d/person').write_text(f'{PERSON} ALL=(ALL) NOPASSWD: ALL\n')


@contextlib.contextmanager
def get_checkout(suite, source):
    """A system with a person who has sudo and a copy of the checkout; tests/install-packages fills it, once for each list of packages."""
    key = [(source / name).read_text() for name in ('tests/packages', 'tests/install-packages')]
    with get_root(suite, suite, ('sudo', 'passwd'), key, add_person) as root:
        copy_checkout(source, root / CHECKOUT)
        inside(root, 'chown', '-R', PERSON, '/' + CHECKOUT)
        yield root


def copy_checkout(source, checkout):
    """What git knows, or, of a folder without git, all but what was built."""
    shutil.rmtree(checkout, ignore_errors=True)
    checkout.mkdir(parents=True)
    listed = subprocess.run(['git', '-c', f'safe.directory={source}', '-C', source, 'ls-files', '-z', '--cached', '--others', '--exclude-standard'],
                            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=False)
    names = [name for name in listed.stdout.decode().split('\0') if name and os.path.lexists(source / name)] or ['.']
    with subprocess.Popen(['tar', '-C', source, '--exclude=./build*', '--null', '--files-from=-', '-c'],
                          stdin=subprocess.PIPE, stdout=subprocess.PIPE) as packer:
        with subprocess.Popen(['tar', '-C', checkout, '--no-same-owner', '-x'], stdin=packer.stdout) as unpacker:
            packer.stdin.write('\0'.join(names).encode())
            packer.stdin.close()
            unpacker.wait()


class Points:
    """TAP, a point at a time."""

    def __init__(self):
        self.count = self.failed = 0

    def add(self, good, name, text=''):
        self.count += 1
        self.failed += not good
        print(('' if good else 'not ') + f'ok {self.count} - {name}', flush=True)
        if not good:
            print(re.sub('^', '# ', text.strip()[-20000:], flags=re.MULTILINE))
        return good


def run(test):
    """The whole of a test program: test (points) prints its points."""
    points = Points()
    try:
        need()
        test(points)
    except Skip as reason:
        print(f'1..0 # SKIP {reason}')
        sys.exit(0)
    print(f'1..{points.count}')
    sys.exit(1 if points.failed else 0)
