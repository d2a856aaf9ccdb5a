# SPDX-License-Identifier: GPL-3.0-or-later
"""A root directory with a pretended kernel, in which the real nestbox-helper runs by chroot, without privileges."""

import os
import shutil
import subprocess
import sys
import tempfile

RELEASE = os.uname().release
OUR_FILE = 'etc/modprobe.d/zz-nestbox.conf'
LOCK = 'run/nestbox.lock'
RECORD = 'etc/modprobe.d/.zz-nestbox.conf.run'
BOOT = '01234567-0000-4000-8000-000000000001'
SKIP = 77


def enter_namespace(skip=SKIP):
    """Starts this program again in a user and mount namespace of its own; leaves with that code where there is none."""
    if os.environ.get('NB_IN_NAMESPACE'):
        return
    if shutil.which('depmod', path=os.environ['PATH'] + ':/usr/sbin:/sbin') is None:
        print('1..0 # SKIP depmod is not installed')
        sys.exit(skip)
    probe = subprocess.run(['unshare', '-Urm', 'true'], capture_output=True, text=True)
    if probe.returncode != 0:
        print('1..0 # SKIP user namespaces are forbidden here:', probe.stderr.strip())
        sys.exit(skip)
    os.environ['NB_IN_NAMESPACE'] = '1'
    if os.geteuid() == 0:
        sys.exit(run_as_root_of_all([sys.executable] + sys.argv))
    os.execvp('unshare', ['unshare', '-Urm', sys.executable] + sys.argv)


def run_as_root_of_all(command):
    """Root keeps everybody's files in the namespace: the checkout may lie in somebody's private folder."""
    ready, go = os.pipe(), os.pipe()
    child = subprocess.Popen(['unshare', '-Um', 'sh', '-c', f'echo >&{ready[1]}; read -r _ <&{go[0]}; exec "$@"', 'sh', *command],
                             pass_fds=[ready[1], go[0]])
    os.read(ready[0], 1)
    for kind in ('uid', 'gid'):
        with open(f'/proc/{child.pid}/{kind}_map', 'w') as file:
            file.write('0 0 1\n1 1 65535\n')
    os.write(go[1], b'\n')
    return child.wait()


def write(path, data):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, 'wb') as file:
        file.write(data if isinstance(data, bytes) else data.encode())


def libraries(program):
    """The shared libraries that a program needs, as ldd names them."""
    for line in subprocess.run(['ldd', program], capture_output=True, text=True, check=True).stdout.splitlines():
        for word in line.split():
            if word.startswith('/'):
                yield word


def build_module(folder, name, exports, needs, types={}):
    """A file that libkmod and depmod take for a module, with a build id, as the kernel's own build makes it."""
    source = os.path.join(folder, name + '.c')
    write(source, ''.join(
        [f'const char {e}_n[] __attribute__ ((section ("__ksymtab_strings"))) = "{e}";\nint {e} (void) {{ return 0; }}\n'
         for e in exports]
        + [f'int {n} (void);\nint use_{n} (void);\nint use_{n} (void) {{ return {n} (); }}\n' for n in needs]
        + [f'const char modinfo[] __attribute__ ((section (".modinfo"))) = "name={name}'
           + ''.join(f'\\0parmtype={parameter}:{kind}' for parameter, kind in types.items()) + '";\n']))
    subprocess.run(['cc', '-c', source, '-o', source + '.o'], check=True)
    subprocess.run(['ld', '-r', '--build-id=sha1', source + '.o', '-o', os.path.join(folder, name + '.ko')], check=True)
    os.unlink(source)
    os.unlink(source + '.o')


class Root:
    """The root directory; reset() brings it into a state, run() runs the helper in it."""

    def __init__(self, helper, preload, udevadm):
        self.path = tempfile.mkdtemp(prefix='nestbox-')
        subprocess.run(['mount', '-t', 'tmpfs', 'tmpfs', self.path], check=True)
        self.log = None
        for library in {*libraries(helper), *libraries(preload)}:
            os.makedirs(self.at(os.path.dirname(library)), exist_ok=True)
            shutil.copy(library, self.at(library))
        shutil.copy(helper, self.at('nestbox-helper'))
        shutil.copy(preload, self.at('preload.so'))
        os.makedirs(self.at('usr/bin'), exist_ok=True)
        shutil.copy(udevadm, self.at('usr/bin/udevadm'))
        modules = self.at(f'lib/modules/{RELEASE}')
        os.makedirs(modules + '/kernel')
        build_module(modules + '/kernel', 'kvm', ['kvm_init'], [],
                     {'ignore_msrs': 'bool', 'halt_poll_ns': 'uint', 'nx_huge_pages': 'bool'})
        for name, kind in (('kvm_amd', 'int'), ('kvm_intel', 'bool'), ('kvm_hv', 'bool')):
            build_module(modules + '/kernel', name, [], ['kvm_init'], {'nested': kind, 'npt': 'bool', 'avic': 'bool'})
        depmod = shutil.which('depmod', path=os.environ['PATH'] + ':/usr/sbin:/sbin')
        subprocess.run([depmod, '-b', self.path, RELEASE], check=True, stderr=subprocess.DEVNULL)
        os.makedirs(self.at('real'))
        subprocess.run(['mount', '--rbind', '/proc', self.at('real')], check=True)
        os.makedirs(self.at('dev'))
        write(self.at('dev/kvm'), '')
        for device in ('null',):
            write(self.at('dev/' + device), '')
            subprocess.run(['mount', '--bind', '/dev/' + device, self.at('dev/' + device)], check=True)

    def at(self, path):
        return os.path.join(self.path, path.lstrip('/'))

    def close(self):
        # Lazily: a run's last process, which only waited, may be about to end.
        subprocess.run(['umount', '-Rl', self.path], check=False)
        os.rmdir(self.path)

    def reset(self, module='kvm_amd', loaded=True, live='0', refcnt='0', file=None, cmdline='quiet', built_in=False,
              conf={}, flags='fpu vme svm', parameters={}):
        for folder in ('etc', 'run', 'sys', 'proc'):
            shutil.rmtree(self.at(folder), ignore_errors=True)
        for folder in ('etc/modprobe.d', 'run', 'sys/module/.stash', 'proc/sys/kernel'):
            os.makedirs(self.at(folder))
        write(self.at('proc/cpuinfo'), f'processor\t: 0\nvendor_id\t: Test\nflags\t\t: {flags}\nbugs\t\t:\n')
        write(self.at('proc/cmdline'), cmdline + '\n')
        write(self.at('proc/sys/kernel/modules_disabled'), '0\n')
        write(self.at('proc/sys/kernel/random/boot_id'), BOOT + '\n')
        for name, contents in conf.items():
            write(self.at('etc/modprobe.d/' + name), contents)
        if file is not None:
            write(self.at(OUR_FILE), file)
        if module != 'kvm':
            self.add_module('kvm', loaded, {'ignore_msrs': 'N'})
        self.add_module(module, loaded or built_in, {'nested': live, **parameters}, refcnt, built_in)
        os.symlink('/real/self', self.at('proc/self'))
        for leftover in ('udevadm.log', 'steps.log', 'told', 'dev/log'):
            if os.path.exists(self.at(leftover)):
                os.unlink(self.at(leftover))

    def add_module(self, name, loaded, parameters, refcnt='0', built_in=False):
        folder = self.at('sys/module/' + ('' if loaded else '.stash/') + name)
        if not built_in:
            write(folder + '/initstate', 'live\n')
            write(folder + '/refcnt', refcnt + '\n')
        for parameter, value in parameters.items():
            write(f'{folder}/parameters/{parameter}', value + '\n')

    def read(self, path):
        try:
            with open(self.at(path), 'rb') as file:
                return file.read()
        except FileNotFoundError:
            return None

    def live(self, module='kvm_amd'):
        text = self.read(f'sys/module/{module}/parameters/nested')
        return text.decode().strip() if text is not None else None

    def told(self):
        """Whether something was said or started while the module was out, though it has come back."""
        return os.path.exists(self.at('told'))

    def start(self, *words, fault='', knobs='', env={}, before=None, log=False, **options):
        def change_root():
            os.chroot(self.path)
            os.chdir('/')
            if before is not None:
                before()

        variables = {'LD_PRELOAD': '/preload.so', 'NB_FAULT': fault, 'NB_KNOBS': knobs,
                     'NB_LOG': '/steps.log' if log else '', 'NB_TOLD': '/told', 'ASAN_OPTIONS': 'verify_asan_link_order=0', **env}
        options = {'stdout': subprocess.PIPE, 'stderr': subprocess.PIPE, 'stdin': subprocess.DEVNULL, **options}
        return subprocess.Popen(['/nestbox-helper', *words], preexec_fn=change_root, env=variables, text=True, **options)

    def run(self, *words, **options):
        process = self.start(*words, **options)
        output, complaint = process.communicate(timeout=30)
        return Answer(process.returncode, output or '', complaint or '')

    def steps(self, *words, **options):
        """The names of the steps of a run that goes well."""
        self.run(*words, log=True, **options)
        return [line.split()[0] for line in self.read('steps.log').decode().splitlines()]


class Answer:
    """What a run of the helper said."""

    def __init__(self, code, output, complaint):
        self.code = code
        self.lines = output.splitlines()
        self.complaint = complaint
        last = self.lines[-1] if self.lines else ''
        self.result = dict(word.split('=') for word in last.split()[1:]) if last.startswith('result ') else None

    def warnings(self, name):
        return [line for line in self.lines if line.split()[:2] == ['warning', name]]

    def __repr__(self):
        return f'exit {self.code}, {self.lines}, {self.complaint!r}'
