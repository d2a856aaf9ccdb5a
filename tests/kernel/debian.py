# SPDX-License-Identifier: GPL-3.0-or-later
"""Kernels and disks made of Debian's packages, kept outside the source tree."""

import contextlib
import fcntl
import hashlib
import os
import platform
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

CACHE = Path(os.environ.get('XDG_CACHE_HOME') or Path.home() / '.cache') / 'nestbox-tests' / 'kernel'
KEYRING = '/usr/share/keyrings/debian-archive-keyring.gpg'


class Skip(Exception):
    """Something that this machine lacks; the text says what."""


def tool(name, package):
    """The path of a program, also where an ordinary user's PATH leaves out /usr/sbin."""
    path = shutil.which(name, path=os.environ.get('PATH', '') + ':/usr/sbin:/sbin')
    if path is None:
        raise Skip(f'{name} is missing (Debian package {package})')
    return path


@contextlib.contextmanager
def locked(name):
    """Tests run side by side; what they share is made once."""
    CACHE.mkdir(parents=True, exist_ok=True)
    with open(CACHE / f'{name}.lock', 'w', encoding='ascii') as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def apt(state, *arguments, **options):
    """apt-get with the machine's own configuration (proxies, certificates), but sources and state of our own."""
    settings = {
        'Dir::Etc::SourceList': state / 'debian.sources',
        'Dir::Etc::SourceParts': '-',
        'Dir::State::Lists': state / 'lists',
        'Dir::Cache': state / 'cache',
        'Dir::State::status': '/dev/null',
        'APT::Sandbox::User': '',
        'Debug::NoLocking': 'true',
        'Acquire::Languages': 'none',
    }
    command = ['apt-get', '-q']
    for name, value in settings.items():
        command += ['-o', f'{name}={value}']
    return subprocess.run(command + list(arguments), check=True, stdin=subprocess.DEVNULL, capture_output=True, text=True, **options)


def find_mirrors():
    """The mirrors that this machine's apt uses already: no host is named here."""
    listing = subprocess.run(['apt-get', '--print-uris', '-o', f'Dir::State::Lists={CACHE}/none', '-o', 'Debug::NoLocking=true', 'update'],
                             check=True, capture_output=True, text=True).stdout
    mirrors = re.findall(r"^'(\S+/debian)/dists/[^/]+/InRelease'", listing, re.MULTILINE)
    if not mirrors:
        raise Skip("this machine's apt knows no mirror of Debian")
    return list(dict.fromkeys(mirrors))


def download(suite, state):
    """The .deb of the kernel that SUITE's linux-image-cloud-amd64 depends on."""
    (state / 'lists' / 'partial').mkdir(parents=True, exist_ok=True)
    (state / 'cache' / 'archives' / 'partial').mkdir(parents=True, exist_ok=True)
    error = None
    for mirror in find_mirrors():
        (state / 'debian.sources').write_text(f'Types: deb\nURIs: {mirror}\nSuites: {suite}\nComponents: main\nSigned-By: {KEYRING}\n')
        try:
            apt(state, 'update', '-o', 'APT::Update::Error-Mode=any')
            plan = apt(state, 'install', '--simulate', '--no-install-recommends', 'linux-image-cloud-amd64').stdout
            package = re.search(r'^Inst (linux-image-[0-9]\S+)', plan, re.MULTILINE).group(1)
            apt(state, 'download', package, cwd=state)
            return next(state.glob(f'{package}_*.deb'))
        except subprocess.CalledProcessError as failure:
            error = failure
    raise Skip(f"{suite}'s kernel can't be fetched: {error.stderr.strip()}")


class Kernel:
    """One unpacked kernel package. `image` is what is booted, `modules` its /lib/modules/VERSION."""

    def __init__(self, suite):
        if platform.machine() != 'x86_64':
            raise Skip(f'the emulated computers run programs built for x86_64, this is {platform.machine()}')
        tool('apt-get', 'apt')
        folder = CACHE / suite
        with locked(suite):
            if not folder.is_dir():
                self._unpack(suite, folder)
        self.image = next((folder / 'boot').glob('vmlinuz-*'))
        self.modules = next((folder / 'lib' / 'modules').iterdir())
        self.version = self.modules.name

    @staticmethod
    def _unpack(suite, folder):
        state = CACHE / f'{suite}.apt'
        shutil.rmtree(state, ignore_errors=True)
        unpacked = CACHE / f'{suite}.new'
        shutil.rmtree(unpacked, ignore_errors=True)
        subprocess.run([tool('dpkg', 'dpkg'), '-x', download(suite, state), unpacked], check=True)
        if not (unpacked / 'lib').is_dir():
            (unpacked / 'usr' / 'lib').rename(unpacked / 'lib')
        modules = next((unpacked / 'lib' / 'modules').iterdir())
        subprocess.run([tool('depmod', 'kmod'), '-b', unpacked, modules.name], check=True)
        unpacked.rename(folder)
        shutil.rmtree(state)


def unpack(package):
    """The files of a package of this machine's Debian, not installed: its programs are taken along, its services don't run here."""
    tool('apt-get', 'apt')
    folder = CACHE / f'{package}.unpacked'
    with locked(package), tempfile.TemporaryDirectory(dir=CACHE) as state:
        if not folder.is_dir():
            try:
                subprocess.run(['apt-get', '-q', '-o', 'APT::Sandbox::User=', 'download', package], cwd=state, check=True, capture_output=True, text=True)
            except subprocess.CalledProcessError as failure:
                raise Skip(f"{package} can't be fetched: {failure.stderr.strip()}") from failure
            subprocess.run([tool('dpkg', 'dpkg'), '-x', next(Path(state).glob('*.deb')), Path(state) / 'files'], check=True)
            (Path(state) / 'files').rename(folder)
    return folder


DISK_PACKAGES = 'systemd-sysv,dbus,udev,kmod,polkitd,pkexec,libvirt-daemon-system,libvirt-clients,qemu-system-x86,qemu-guest-agent'

# An ordinary user is root in a user namespace of their own, so that the files belong to whom they should.
MAKE_DISK = '''set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
mmdebstrap --quiet --variant=apt --include="$2" --skip=output/dev "$1" "$folder/root.tar"
mkdir "$folder/root"
tar -C "$folder/root" -xf "$folder/root.tar"
truncate -s 3G "$3.new"
mkfs.ext4 -q -F -O ^has_journal -d "$folder/root" "$3.new"
mv "$3.new" "$3"
'''


def make_disk(suite):
    """A disk with systemd and libvirt, to be used as a snapshot only."""
    for name, package in (('mmdebstrap', 'mmdebstrap'), ('mkfs.ext4', 'e2fsprogs')):
        tool(name, package)
    recipe = hashlib.sha256((DISK_PACKAGES + MAKE_DISK).encode()).hexdigest()[:12]
    disk = CACHE / f'disk-{suite}-{recipe}.ext4'
    namespace = [] if os.getuid() == 0 else ['unshare', '--map-root-user', '--map-auto']
    with locked(f'disk-{suite}'):
        if not disk.exists():
            made = subprocess.run([*namespace, 'sh', '-c', MAKE_DISK, 'make-disk', suite, DISK_PACKAGES, disk], check=False,
                                  env={**os.environ, 'PATH': os.environ['PATH'] + ':/usr/sbin:/sbin'},
                                  stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
            if made.returncode != 0:
                raise Skip(f"{suite}'s disk can't be made: {made.stdout.strip().splitlines()[-1:]}")
    return disk
