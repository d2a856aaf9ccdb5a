# SPDX-License-Identifier: GPL-3.0-or-later
"""Emulated computers with a real kernel and a real KVM: QEMU's software emulation has AMD's SVM, Bochs has Intel's VMX."""

import os
import re
import shutil
import subprocess
from pathlib import Path

from debian import Skip, tool

HERE = Path(__file__).resolve().parent


class Root:
    """The folder that becomes an emulated computer's first file system, with busybox, kmod and the modules."""

    def __init__(self, folder, kernel, modules=('kvm_amd', 'kvm_intel')):
        self.folder = folder
        self.kernel = kernel
        for name in ('bin', 'sbin', 'dev', 'etc', 'proc', 'run', 'sys', 'tmp'):
            (folder / name).mkdir(parents=True)
        self.copy(Path(tool('busybox', 'busybox-static')), 'bin/busybox')
        for applet in subprocess.run([folder / 'bin/busybox', '--list'], check=True, capture_output=True, text=True).stdout.split():
            if applet != 'busybox':
                (folder / 'bin' / applet).symlink_to('busybox')
        self.copy(Path(tool('kmod', 'kmod')), 'sbin/kmod')
        self._copy_libraries(tool('kmod', 'kmod'), '')
        for name in ('modprobe', 'rmmod'):
            (folder / 'sbin' / name).symlink_to('kmod')
        self._copy_modules(*modules)

    def copy(self, source, name):
        target = self.folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(source, target)

    def copy_program(self, source):
        self.copy(source, f'usr/bin/{source.name}')
        self._copy_libraries(source, '')

    def _copy_libraries(self, program, folder):
        """What the program is linked with, below the folder, where its loader looks for it."""
        listing = subprocess.run(['ldd', program], capture_output=True, text=True, check=False).stdout
        for library in re.findall(r'(?:=> |^\s+)(/\S+) \(', listing, re.MULTILINE):
            if not (self.folder / folder / library[1:]).exists():
                self.copy(library, f'{folder}{library}' if folder else library[1:])

    def _copy_modules(self, *names):
        """The modules and what they depend on; modprobe's own indexes name them."""
        modules = self.kernel.modules
        files = set()
        for name in names:
            listing = subprocess.run([tool('modprobe', 'kmod'), '-d', modules.parents[2], '-S', modules.name, '--show-depends', name],
                                     check=True, capture_output=True, text=True).stdout
            files.update(re.findall(r'^insmod (\S+)', listing, re.MULTILINE))
        for file in [*files, *modules.glob('modules.*')]:
            self.copy(file, f'lib/modules/{modules.name}/{Path(file).relative_to(modules)}')
        subprocess.run([tool('depmod', 'kmod'), '-b', self.folder, modules.name], check=True, capture_output=True)

    def pack(self, path):
        """Writes the folder as an initramfs, not compressed: reading is quicker than unpacking in an emulated processor."""
        names = subprocess.run(['find', '.'], cwd=self.folder, check=True, capture_output=True).stdout
        with open(path, 'wb') as archive:
            subprocess.run([tool('cpio', 'cpio'), '-o', '-H', 'newc', '-R', '0:0', '--quiet'], cwd=self.folder, input=names, stdout=archive, check=True)


class SmallRoot(Root):
    """A computer that has nothing but what is tested."""

    def __init__(self, folder, kernel, case, *modules):
        super().__init__(folder, kernel, ('kvm_amd', 'kvm_intel', *modules))
        self.copy(HERE / 'init-small', 'init')
        self.copy(HERE / 'guest.sh', 'guest.sh')
        self.copy(case, 'case.sh')


class LargeRoot(Root):
    """A computer with systemd and libvirt on a disk; what is tested is added below /opt/nestbox, with libraries of its own."""

    def __init__(self, folder, kernel, case, *modules):
        super().__init__(folder, kernel, ('kvm_amd', 'virtio_pci', 'virtio_blk', 'tun', 'vhost_net', 'fuse', *modules))
        self.copy(HERE / 'init-large', 'init')
        self.copy(HERE / 'guest.sh', 'nestbox/guest.sh')
        self.copy(case, 'nestbox/case.sh')
        shutil.copytree(HERE / 'large', folder / 'nestbox', dirs_exist_ok=True)
        self.copy(Path(tool('busybox', 'busybox-static')), 'nestbox/bin/busybox')
        self.copy(kernel.image, 'nestbox/nested/linux')
        self.nested = Root(folder.with_name('nested'), kernel, ('kvm_amd', 'virtio_pci', 'virtio_console'))
        self.nested.copy(HERE / 'init-nested', 'init')

    def copy_program(self, source):
        self.copy(source, f'nestbox/programs/{source.name}')
        self._copy_libraries(source, 'nestbox')
        wrapper = self.folder / 'nestbox' / 'bin' / source.name
        wrapper.parent.mkdir(exist_ok=True)
        loader = next((self.folder / 'nestbox').glob('lib64/ld-linux*'), None)
        start = f'/opt/nestbox/lib64/{loader.name} --library-path "$(echo /opt/nestbox/lib/*-linux-gnu /opt/nestbox/usr/lib/*-linux-gnu | tr " " :)" ' if loader else ''
        wrapper.write_text(f'#!/bin/sh\nexec {start}/opt/nestbox/programs/{source.name} "$@"\n')
        wrapper.chmod(0o755)
        if source.name == 'hold-kvm':
            self.nested.copy_program(source)

    def pack(self, path):
        self.nested.pack(self.folder / 'nestbox/nested/initrd')
        super().pack(path)


class Run:
    """What a computer said: its TAP, its console, and whether it came to the end."""

    def __init__(self, results, console, clean):
        text = results.read_text(errors='replace').replace('\r', '') if results.exists() else ''
        self.lines = [line for line in text.splitlines() if not line.startswith('===')]
        self.console = console.read_text(errors='replace') if console.exists() else ''
        end = re.search(r'^=== end of (\d+) points$', text, re.MULTILINE)
        self.complete = clean and end is not None and int(end.group(1)) > 0


def boot_qemu(folder, kernel, initramfs, cpu='EPYC', append='', devices='', memory=512, disk=None, timeout=240):
    """Boots in QEMU. A kernel that panics makes QEMU leave with 0, a guest that comes to its end with 33.

    no_timer_check: on a busy machine the timer's interrupts come too late for Linux. Without cx16: QEMU 7.2's emulation of
    cmpxchg16b leaves garbage in the flags, on which Linux 6.12 dies now and then."""
    results, console = folder / 'results', folder / 'console'
    command = [tool('qemu-system-x86_64', 'qemu-system-x86'), '-M', 'q35', '-accel', 'tcg', '-cpu', f'{cpu},-cx16', '-m', str(memory),
               '-nodefaults', '-display', 'none', '-no-reboot', '-serial', f'file:{console}', '-serial', f'file:{results}',
               '-device', 'isa-debug-exit,iobase=0xf4,iosize=0x04', '-kernel', kernel.image, '-initrd', initramfs,
               '-append', f'console=ttyS0 panic=-1 oops=panic quiet no_timer_check {append}']
    for device in devices.split():
        command[-2:-2] = ['-device', device]
    if disk:
        command += ['-drive', f'file={disk},format=raw,if=virtio,snapshot=on']
        command[-3] += ' systemd.unit=nestbox-test.target systemd.show_status=no'
    with open(folder / 'emulator', 'wb') as log:
        try:
            code = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, timeout=timeout, check=False).returncode
        except subprocess.TimeoutExpired:
            code = None
    return Run(results, console, code == 33)


def boot_bochs(folder, kernel, initramfs, append='', timeout=1100):
    """Boots in Bochs, from a small CD. Its exit code says nothing; a guest that comes to its end switches it off."""
    disc = folder / 'disc'
    disc.mkdir()
    shutil.copy(kernel.image, disc / 'linux')
    shutil.copy(initramfs, disc / 'initrd')
    for source, package in (('/usr/lib/ISOLINUX/isolinux.bin', 'isolinux'), ('/usr/lib/syslinux/modules/bios/ldlinux.c32', 'syslinux-common')):
        if not os.path.exists(source):
            raise Skip(f'{source} is missing (Debian package {package})')
        shutil.copy(source, disc)
    (disc / 'isolinux.cfg').write_text('DEFAULT linux\nPROMPT 0\nLABEL linux\nKERNEL /linux\n'
                                       f'APPEND initrd=/initrd console=ttyS0 panic=-1 oops=panic quiet emulator=bochs {append}\n')
    subprocess.run([tool('xorriso', 'xorriso'), '-as', 'mkisofs', '-quiet', '-o', folder / 'disc.iso', '-b', 'isolinux.bin', '-c', 'boot.cat',
                    '-no-emul-boot', '-boot-load-size', '4', '-boot-info-table', disc], check=True, capture_output=True)
    results, console = folder / 'results', folder / 'console'
    (folder / 'bochsrc').write_text(f'''
cpu: model=corei7_haswell_4770, count=1, ips=100000000, ignore_bad_msrs=1
clock: sync=none
memory: guest=512, host=512
romimage: file=/usr/share/bochs/BIOS-bochs-latest
vgaromimage: file=/usr/share/bochs/VGABIOS-lgpl-latest
ata0-master: type=cdrom, path={folder}/disc.iso, status=inserted
boot: cdrom
display_library: rfb, options="timeout=0"
com1: enabled=1, mode=file, dev={console}
com2: enabled=1, mode=file, dev={results}
log: {folder}/bochs.log
panic: action=fatal
''')
    (folder / 'debugger').write_text('c\n')
    with open(folder / 'emulator', 'wb') as log:
        try:
            # Bochs reads memory that it never wrote: meson's MALLOC_PERTURB_ makes it crash.
            subprocess.run([tool('bochs', 'bochs'), '-q', '-f', folder / 'bochsrc', '-rc', folder / 'debugger'], cwd=folder,
                           env={**os.environ, 'MALLOC_PERTURB_': '0'}, stdin=subprocess.DEVNULL, stdout=log, stderr=log, timeout=timeout, check=False)
        except subprocess.TimeoutExpired:
            return Run(results, console, False)
    return Run(results, console, True)
