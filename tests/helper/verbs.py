#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The real nestbox-helper, case by case: what each verb does, what it refuses, and what a hostile caller can't do."""

import ctypes
import errno
import fcntl
import os
import re
import resource
import select
import shutil
import signal
import socket
import subprocess
import sys
import time

from pretend import Answer, BOOT, LOCK, OUR_FILE, RECORD, RELEASE, Root, enter_namespace, write

CHANGE = ('on', 'enable', 'kvm_amd')
LIBC = ctypes.CDLL(None)
PROTOCOL = os.path.join(os.path.dirname(os.path.abspath(__file__)), '../../src/common/nb-protocol.h')


def expect(answer, code, **result):
    assert answer.code == code, answer
    if result:
        assert answer.result is not None, answer
        for name, value in result.items():
            assert answer.result[name.replace('_', '-')] == value, (name, answer)
    if code != 0:
        assert len(answer.complaint.splitlines()) == 1, answer
    return answer


def until(condition, what):
    end = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < end, what
        time.sleep(0.01)


def step_of(root, name, **options):
    """The number of the last step of that name."""
    root.reset(file=OLD)
    root.run(*CHANGE, log=True, **options)
    steps = [line.split()[0] for line in root.read('steps.log').decode().splitlines()]
    return len(steps) - steps[::-1].index(name)


OLD = '# by hand\noptions kvm_amd nested=0\n'


# ---- What the verbs do ----

def test_verbs(root):
    root.reset()
    expect(root.run('on', 'enable', 'kvm_amd'), 0, live='1', config='new', next_boot='1')
    assert root.read(OUR_FILE).endswith(b'\noptions kvm_amd nested=1\n')
    assert os.stat(root.at(OUR_FILE)).st_mode & 0o7777 == 0o644
    assert root.read('udevadm.log') == b'udevadm settle --timeout=5\n', 'empty environment'
    expect(root.run('off', 'disable', 'kvm_amd'), 0, live='0', config='new', next_boot='0')
    assert root.read(OUR_FILE).count(b'options kvm_amd') == 1
    expect(root.run('on', 'enable-now', 'kvm_amd'), 0, live='1', config='old', next_boot='0')
    expect(root.run('off', 'disable-now', 'kvm_amd'), 0, live='0', config='old', next_boot='0')
    expect(root.run('on', 'enable-later', 'kvm_amd'), 0, live='0', config='new', next_boot='1')
    expect(root.run('off', 'disable-later', 'kvm_amd'), 0, live='0', config='new', next_boot='0')
    expect(root.run('forget', 'forget', 'kvm_amd'), 0, live='0', config='new', next_boot='1')
    assert os.listdir(root.at('etc/modprobe.d')) == []
    expect(root.run('forget', 'forget', 'kvm_amd'), 0, config='new')


def test_absent(root):
    root.reset(loaded=False, live='0')
    expect(root.run('on', 'enable', 'kvm_amd'), 0, live='1', config='new')
    assert os.path.exists(root.at('sys/module/kvm')), 'dependencies first'
    root.reset(loaded=False)
    expect(root.run('on', 'enable-later', 'kvm_amd'), 0, live='none', config='new', next_boot='1')
    root.reset(loaded=False)
    expect(root.run('on', 'enable', 'kvm_amd', knobs='reject'), 17, live='none', config='old')


def test_nothing_to_reload(root):
    """Live already as wanted: virtual machines that run are left alone."""
    root.reset(live='1', refcnt='3')
    answer = expect(root.run('on', 'enable', 'kvm_amd', log=True), 0, live='1', config='new')
    assert b'delete' not in root.read('steps.log') and 'step reload' not in answer.lines


def test_options_are_kept(root):
    root.reset(conf={'a.conf': 'options kvm-amd npt=0 nested=0\n'}, parameters={'npt': 'Y', 'gone': '1'})
    answer = expect(root.run('on', 'enable', 'kvm_amd'), 0, live='1', next_boot='1')
    assert answer.warnings('parameter-differs') == [], 'the pretended kernel changes none'


def test_other_lines_are_kept(root):
    text = '# mine\noptions kvm_intel nested=1\noptions kvm_amd nested=0\noptions kvm_amd avic=1'
    root.reset(file=text)
    expect(root.run('on', 'enable-later', 'kvm_amd'), 0)
    assert root.read(OUR_FILE) == (b'# mine\noptions kvm_intel nested=1\noptions kvm_amd avic=1\n'
                                   b'options kvm_amd nested=1\n'), root.read(OUR_FILE)


def test_overridden(root):
    root.reset(conf={'zzz.conf': 'options kvm_amd nested=0\n'})
    answer = expect(root.run('on', 'enable', 'kvm_amd'), 0, live='1', next_boot='0')
    assert answer.warnings('overridden-by-file'), answer
    root.reset(conf={'a.conf': 'blacklist kvm_amd\n'})
    answer = expect(root.run('on', 'enable', 'kvm_amd'), 0, live='1', next_boot='0')
    assert answer.warnings('blacklisted'), answer
    root.reset(cmdline='quiet kvm_amd.nested=0')
    answer = expect(root.run('on', 'enable', 'kvm_amd'), 0, live='1', next_boot='0')
    assert answer.warnings('overridden-by-command-line'), answer
    root.reset(cmdline='quiet kvm_amd.nested=0')
    expect(root.run('on', 'enable-now', 'kvm_amd'), 0, live='1', config='old', next_boot='0')


def test_other_architectures(root):
    root.reset(module='kvm', live='0', flags='')
    expect(root.run('on', 'enable', 'kvm', knobs='s390x'), 0, live='1', next_boot='1')
    expect(root.run('forget', 'forget', 'kvm', knobs='s390x'), 0, next_boot='0')
    expect(root.run('on', 'enable', 'kvm'), 12, config='old')
    root.reset(module='kvm_hv', live='N', refcnt='2', flags='')
    answer = expect(root.run('on', 'enable', 'kvm_hv', knobs='ppc64le', log=True), 0, live='1')
    assert b'delete' not in root.read('steps.log'), 'written live: no machine stops'
    step = root.read('steps.log').splitlines().index(b'open sys/module/kvm_hv/parameters/nested') + 1
    root.reset(module='kvm_hv', live='N', flags='')
    expect(root.run('on', 'enable', 'kvm_hv', knobs='ppc64le', fault=f'fail {step} 1'), 16, live='0', config='old')
    root.reset(module='kvm_hv', live='Y', refcnt='2', flags='')
    expect(root.run('off', 'disable', 'kvm_hv', knobs='ppc64le'), 0, live='0', config='new', next_boot='0')
    expect(root.run('on', 'enable-now', 'kvm_hv', knobs='ppc64le'), 0, live='1', config='old', next_boot='0')
    expect(root.run('forget', 'forget', 'kvm_hv', knobs='ppc64le'), 0, live='1', config='new', next_boot='1')


def test_other_architectures_go_back(root):
    root.reset(module='kvm', live='0', flags='', file=OLD)
    answer = expect(root.run('on', 'enable', 'kvm', knobs='s390x reject'), 16, live='0', config='old')
    assert answer.warnings('load-error') and not root.told(), 'as on a kernel where hpage=1 excludes it'
    root.reset(module='kvm', live='0', refcnt='1', flags='', file=OLD)
    expect(root.run('on', 'enable', 'kvm', knobs='s390x'), 13, live='0', config='old')
    root.reset(module='kvm_hv', live='0', refcnt='2', flags='', file=OLD)
    root.run('on', 'enable', 'kvm_hv', knobs='ppc64le', log=True)
    steps = [line.split()[0] for line in root.read('steps.log').decode().splitlines()]
    fault = f'fail {steps.index("truncate") + 1} {errno.EIO}'
    root.reset(module='kvm_hv', live='0', refcnt='2', flags='', file=OLD)
    expect(root.run('on', 'enable', 'kvm_hv', knobs='ppc64le', fault=fault), 14, live='0', config='old')
    assert root.read(OUR_FILE) == OLD.encode() and root.live('kvm_hv') == '0'


def test_msrs(root):
    root.reset(refcnt='3')
    answer = expect(root.run('msrs', 'allow-msrs', 'kvm', log=True), 0, live='1', config='new', next_boot='1')
    assert b'delete' not in root.read('steps.log') and b'insert' not in root.read('steps.log'), 'no machine stops'
    assert root.read(OUR_FILE).endswith(b'\noptions kvm ignore_msrs=1\n')
    assert root.read('sys/module/kvm/parameters/ignore_msrs') == b'1\n'
    expect(root.run('on', 'enable-later', 'kvm_amd'), 0)
    expect(root.run('msrs', 'refuse-msrs', 'kvm'), 0, live='0', config='new', next_boot='0')
    assert root.read(OUR_FILE).endswith(b'\noptions kvm_amd nested=1\noptions kvm ignore_msrs=0\n')
    expect(root.run('forget', 'forget', 'kvm'), 0, live='0', next_boot='0')
    assert root.read(OUR_FILE).endswith(b'\noptions kvm_amd nested=1\n')
    expect(root.run('forget', 'forget', 'kvm_amd'), 0)
    assert root.read(OUR_FILE) is None
    for words in (('msrs', 'allow-msrs', 'kvm_amd'), ('on', 'enable', 'kvm'), ('show', 'holders', 'kvm')):
        expect(root.run(*words), 12)
    expect(root.run('msrs', 'allow-msrs', 'kvm', knobs='s390x'), 12)
    # Not loaded: the line only. Built in: no file reaches it.
    root.reset(loaded=False)
    expect(root.run('msrs', 'allow-msrs', 'kvm'), 0, live='none', config='new', next_boot='1')
    root.reset()
    for name in ('initstate', 'refcnt'):
        os.unlink(root.at('sys/module/kvm/' + name))
    answer = expect(root.run('msrs', 'allow-msrs', 'kvm'), 0, live='1', config='old', next_boot='0')
    assert answer.warnings('built-in') and root.read(OUR_FILE) is None, answer
    # Goes back.
    root.reset(file=OLD)
    steps = root.steps('msrs', 'allow-msrs', 'kvm')
    fsync = len(steps) - steps[::-1].index('fsync')
    root.reset(file=OLD)
    expect(root.run('msrs', 'allow-msrs', 'kvm', fault=f'fail {fsync} {errno.EIO}'), 14, live='0', config='old')
    root.reset(file=OLD)
    assert root.run('msrs', 'allow-msrs', 'kvm', fault=f'kill {fsync - 1}').code == -signal.SIGKILL
    assert root.read('sys/module/kvm/parameters/ignore_msrs') == b'1\n'
    expect(root.run('on', 'enable-later', 'kvm_intel'), 12)
    assert root.read('sys/module/kvm/parameters/ignore_msrs') == b'0\n' and root.read(OUR_FILE) == OLD.encode()


def test_install_lines(root):
    """For the next restart; now it is refused, for we load the module without a shell."""
    table = [('/sbin/modprobe --ignore-install kvm_amd $CMDLINE_OPTS', '1', False),
             ('/sbin/modprobe --ignore-install kvm_amd nested=0', '0', False),
             ('/bin/true', '0', True), ('/opt/kvm start', 'unknown', True)]
    for command, next_boot, warned in table:
        root.reset(conf={'a.conf': f'# first\ninstall kvm_amd {command}\n'})
        answer = expect(root.run('on', 'enable-later', 'kvm_amd'), 0, next_boot=next_boot)
        assert answer.warnings('install-line') == (['warning install-line /etc/modprobe.d/a.conf 2'] if warned else []), answer
        expect(root.run('on', 'enable-now', 'kvm_amd'), 20, live='0', config='old')
    root.reset(conf={'a.conf': 'install kvm /bin/false\n'})
    expect(root.run('on', 'enable-later', 'kvm_amd'), 0, next_boot='0')


# ---- What is refused ----

def test_refusals(root):
    root.reset(flags='fpu vmx')
    expect(root.run(*CHANGE), 12, config='old')
    root.reset(built_in=True)
    expect(root.run(*CHANGE), 20, config='old', live='0')
    root.reset()
    write(root.at('proc/sys/kernel/modules_disabled'), '1\n')
    expect(root.run(*CHANGE), 20, config='old')
    expect(root.run('on', 'enable-later', 'kvm_amd'), 0, config='new')
    root.reset(conf={'a.conf': 'install kvm_amd /bin/false\n'})
    expect(root.run(*CHANGE), 20, config='old')
    root.reset(loaded=False, conf={'a.conf': 'install kvm /bin/false\n'})
    expect(root.run(*CHANGE), 20, live='none')
    root.reset(loaded=False, cmdline='module_blacklist=foo,kvm-amd')
    expect(root.run(*CHANGE), 20, live='none')
    root.reset()
    answer = expect(root.run(*CHANGE, fault=f'fail 5 {errno.EKEYREJECTED}'), 20, live='0')
    assert answer.warnings('load-error') == [f'warning load-error {errno.EKEYREJECTED} EKEYREJECTED'], answer
    assert root.read(OUR_FILE) is None


def test_refused_values(root):
    """One value that the kernel refuses, of any parameter, and the module would not come back."""
    table = [('options kvm_amd npt=banana\n', 1, 'npt=banana'), ('# x\n\noptions kvm-amd  avic=1\tnpt=2\n', 3, 'npt=2'),
             ('# x \\\n y\noptions kvm_amd \\\nnpt=\n', 3, 'npt=')]
    for text, line, word in table:
        root.reset(file=OLD, conf={'a.conf': text})
        warning = [f'warning refused-value /etc/modprobe.d/a.conf {line} {word}']
        answer = expect(root.run(*CHANGE), 20, live='0', config='old', next_boot='0')
        assert answer.warnings('refused-value') == warning and root.read(OUR_FILE) == OLD.encode(), answer
        answer = expect(root.run('on', 'enable-later', 'kvm_amd'), 0, live='0', config='new', next_boot='0')
        assert answer.warnings('refused-value') == warning, answer
    # Another file of the same name counts, not this one.
    root.reset(conf={'a.conf': '# nothing\n'})
    write(root.at('run/modprobe.d/a.conf'), 'options kvm_amd npt=banana\n')
    expect(root.run(*CHANGE), 0, live='1', next_boot='1')
    root.reset(cmdline='kvm_amd.npt=banana')
    answer = expect(root.run(*CHANGE), 20)
    assert answer.warnings('refused-value') == ['warning refused-value /proc/cmdline 1 npt=banana'], answer
    # What kvm refuses is in the way only where kvm is not loaded.
    root.reset(conf={'a.conf': 'options kvm halt_poll_ns=-1\n'})
    answer = expect(root.run(*CHANGE), 0, live='1', next_boot='0')
    assert answer.warnings('refused-value') == ['warning refused-value /etc/modprobe.d/a.conf 1 halt_poll_ns=-1'], answer
    root.reset(loaded=False, conf={'a.conf': 'options kvm halt_poll_ns=-1\n'})
    expect(root.run(*CHANGE), 20, live='none')
    # Its type tells bool, but the kernel takes more words.
    for word in ('force', 'auto', 'never', 'off'):
        root.reset(loaded=False, conf={'a.conf': f'options kvm nx_huge_pages={word}\n'})
        answer = expect(root.run(*CHANGE), 0, live='1', next_boot='1')
        assert answer.warnings('refused-value') == [], answer
    # A foreign nested= is dropped when we load, whatever it says; a restart does not drop it.
    for word in ('nested=Y', 'nested', 'nested=', '"nested=on"'):
        root.reset(conf={'a.conf': f'options kvm_amd {word} npt=1\n'})
        answer = expect(root.run(*CHANGE, log=True), 0, live='1', config='new', next_boot='0')
        assert len(answer.warnings('refused-value')) == 1, answer
        assert root.read('told') is None and b'npt=1 nested=1' in root.read('steps.log'), root.read('steps.log')


def test_other_build(root):
    module = root.at(f'lib/modules/{RELEASE}/kernel/kvm_amd.ko')
    root.reset()
    note = subprocess.run(['objcopy', '-O', 'binary', '--only-section=.note.gnu.build-id',
                           '--set-section-flags', '.note.gnu.build-id=alloc', module, '/dev/stdout'],
                          capture_output=True, check=True).stdout
    assert len(note) == 36, note
    write(root.at('sys/module/kvm_amd/notes/.note.gnu.build-id'), note)
    expect(root.run('on', 'enable-now', 'kvm_amd'), 0, live='1')
    write(root.at('sys/module/kvm_amd/notes/.note.gnu.build-id'), note[:-1] + bytes([note[-1] ^ 1]))
    expect(root.run('off', 'disable', 'kvm_amd'), 20, live='1', config='old')
    os.rename(module, module + '.away')
    root.reset()
    expect(root.run(*CHANGE), 20, live='0', config='old')
    os.rename(module + '.away', module)


def test_in_use(root):
    root.reset(refcnt='1')
    answer = expect(root.run(*CHANGE), 13, live='0', config='old')
    assert answer.warnings('in-use') == ['warning in-use 1'], answer
    write(root.at('proc/77/comm'), 'qemu-system-x86\n')
    write(root.at('proc/77/status'), 'Name:\tx\nUid:\t64055\t0\t0\t0\n')
    write(root.at('proc/77/cmdline'), b'/usr/bin/qemu-system-x86_64\0-name\0guest=a,,b c,debug-threads=on\0secret\0')
    os.makedirs(root.at('proc/77/fd'))
    os.symlink('/dev/kvm', root.at('proc/77/fd/9'))
    answer = expect(root.run(*CHANGE), 13)
    assert 'holder 77 64055 qemu-system-x86 a,b\\x20c' in answer.lines, answer
    assert 'secret' not in str(answer)
    answer = expect(root.run('show', 'holders', 'kvm_amd', log=True), 0, live='0', config='old')
    assert 'holder 77 64055 qemu-system-x86 a,b\\x20c' in answer.lines, answer
    assert root.read(LOCK) == b'' and root.read('steps.log') is None, 'show changes nothing'
    root.reset()
    answer = expect(root.run(*CHANGE, knobs='busy'), 13, live='0', config='old')
    root.reset(refcnt='1')
    expect(root.run(*CHANGE, knobs='moment'), 0, live='1', config='new')


def test_holders_that_hang(root):
    """A process may keep whoever looks at it waiting for good. Here its maps are a pipe that nobody writes."""
    root.reset(refcnt='1')
    # A tmpfs lists the newest first, /proc by number.
    for pid, holds in (('2000', True), ('78', True), ('77', True), ('70', False)):
        write(root.at(f'proc/{pid}/comm'), 'name of ' + pid + '\n')
        write(root.at(f'proc/{pid}/status'), 'Name:\tx\nUid:\t1\t0\t0\t0\n')
        os.makedirs(root.at(f'proc/{pid}/fd'))
        if holds:
            os.symlink('anon_inode:kvm-vm', root.at(f'proc/{pid}/fd/9'))
    os.unlink(root.at('proc/78/status'))
    os.mkfifo(root.at('proc/70/maps'))
    start = time.monotonic()
    answer = expect(root.run('show', 'holders', 'kvm_amd'), 0)
    assert time.monotonic() - start < 10, 'it ends'
    assert [line for line in answer.lines if line.startswith('holder')] == [
        'holder 77 1 name\\x20of\\x2077 -', 'holder 78 - name\\x20of\\x2078 -', 'holder 2000 1 name\\x20of\\x202000 -'], answer
    assert answer.warnings('not-all-seen') == ['warning not-all-seen 1'], answer


def test_rolled_back(root):
    for knobs, code in (('reject', 16), ('stubborn', 18), ('liar', 18)):
        root.reset(file='options kvm_amd nested=0\n')
        inode = os.stat(root.at(OUR_FILE)).st_ino
        expect(root.run(*CHANGE, knobs=knobs), code, live='0', config='old', next_boot='0')
        assert os.stat(root.at(OUR_FILE)).st_ino == inode, 'the very file, not a copy'
    root.reset()
    answer = expect(root.run(*CHANGE, knobs='reject'), 16)
    assert answer.warnings('load-error') == [f'warning load-error {errno.EINVAL} EINVAL'], answer
    assert not root.told(), 'KVM was back before a word was said'


def test_somebody_elses_broken_option(root):
    conf = {'a.conf': 'options kvm_amd broken=banana\n'}
    root.reset(file=OLD, conf=conf)
    answer = expect(root.run(*CHANGE), 16, live='0', config='old')
    assert not answer.warnings('not-like-before') and not root.told(), answer
    root.reset(file=OLD, conf=conf)
    answer = expect(root.run(*CHANGE, knobs='bare', log=True), 16, live='1', config='old')
    assert answer.warnings('not-like-before') and not root.told(), 'better than none'
    assert root.read('steps.log').count(b'delete') == 1, 'and it is not taken away to be tried once more'


def test_somebody_loads_it_first(root):
    root.reset(file=OLD)
    expect(root.run(*CHANGE, knobs='racer1'), 0, live='1', config='new')
    root.reset(file=OLD)
    expect(root.run(*CHANGE, knobs='racer0'), 18, live='0', config='old')
    assert root.read(OUR_FILE) == OLD.encode()


def test_every_exit_code(root):
    """Each number of the contract, and: whatever is not 0 leaves our file as it was."""
    def run(words=CHANGE, **options):
        return lambda: root.run(*words, **options)

    def second():
        first = root.start(*CHANGE, fault='stop 3')
        worker = wait_stopped(first)
        answer = root.run(*CHANGE)
        os.kill(worker, signal.SIGKILL)
        first.communicate(timeout=30)
        root.run('on', 'enable-later', 'kvm_intel')
        return answer

    def not_root():
        done = subprocess.run(['unshare', '-U', sys.argv[1], *CHANGE], capture_output=True, text=True)
        return Answer(done.returncode, done.stdout, done.stderr)

    delete = step_of(root, 'delete')
    insert = step_of(root, 'insert')
    write = step_of(root, 'write')
    restore = step_of(root, 'rename', knobs='reject')
    loaded, absent = {}, {'loaded': False}
    table = [
        (0, loaded, run()), (10, loaded, run(('on', 'enable', 'kvm-amd'))), (11, loaded, not_root),
        (12, {'flags': 'vmx'}, run()), (13, {'refcnt': '1'}, run()), (13, loaded, run(knobs='busy')),
        (14, loaded, run(fault=f'fail {write} {errno.ENOSPC}')), (15, loaded, run(fault=f'fail {delete} {errno.EPERM}')),
        (16, loaded, run(knobs='reject')), (17, absent, run(knobs='reject')), (17, loaded, run(fault=f'fail-all {insert} {errno.EIO}')),
        (18, loaded, run(knobs='stubborn')), (19, loaded, second), (20, {'built_in': True}, run()),
        (21, loaded, run(knobs='reject', fault=f'fail {restore} {errno.EIO}')),
    ]
    with open(PROTOCOL) as file:
        assert {code for code, _, _ in table} == set(map(int, re.findall(r'NB_EXIT_\w+ = (\d+)', file.read())))
    for code, state, action in table:
        root.reset(file=OLD, **state)
        inode = os.stat(root.at(OUR_FILE)).st_ino
        answer = expect(action(), code)
        assert (answer.result is None) == (code in (10, 11)), answer
        if code in (0, 21):
            assert root.read(OUR_FILE) != OLD.encode() and answer.result['config'] == 'new', answer
        else:
            assert root.read(OUR_FILE) == OLD.encode() and os.stat(root.at(OUR_FILE)).st_ino == inode, answer
            assert os.listdir(root.at('etc/modprobe.d')) == ['zz-nestbox.conf'], (code, os.listdir(root.at('etc/modprobe.d')))
            assert answer.result is None or answer.result['config'] == 'old', answer


def test_files_that_are_none(root):
    root.reset()
    os.symlink('/dev/null', root.at(OUR_FILE))
    expect(root.run(*CHANGE), 14, config='old', live='0')
    assert os.readlink(root.at(OUR_FILE)) == '/dev/null'
    root.reset(file=b'options kvm_amd nested=1\0')
    expect(root.run(*CHANGE), 14, config='old')
    root.reset(file=b'#' * 70000)
    expect(root.run(*CHANGE), 14, config='old')
    root.reset()
    os.rmdir(root.at('etc/modprobe.d'))
    os.symlink('/run', root.at('etc/modprobe.d'))
    expect(root.run(*CHANGE), 14, config='old')
    root.reset()
    os.rmdir(root.at('etc/modprobe.d'))
    expect(root.run('on', 'enable-now', 'kvm_amd'), 0, config='old')
    assert not os.path.exists(root.at('etc/modprobe.d')), 'a verb that writes nothing makes nothing'
    expect(root.run(*CHANGE), 0, config='new')
    root.reset()
    os.symlink('/etc/passwd', root.at(LOCK))
    expect(root.run(*CHANGE), 14, config='old')
    for name in ('.zz-nestbox.conf.new', '.zz-nestbox.conf.old'):
        root.reset(file=OLD)
        os.mkdir(root.at('etc/modprobe.d/' + name))
        expect(root.run(*CHANGE), 14, config='old')
        assert root.read(OUR_FILE) == OLD.encode()
        root.reset(file=OLD)
        write(root.at('etc/victim'), 'precious\n')
        os.symlink('/etc/victim', root.at('etc/modprobe.d/' + name))
        expect(root.run(*CHANGE), 0, config='new')
        assert root.read('etc/victim') == b'precious\n'
    root.reset()
    write(root.at('etc/victim'), OLD)
    os.link(root.at('etc/victim'), root.at(OUR_FILE))
    expect(root.run(*CHANGE), 0, config='new')
    assert root.read('etc/victim') == OLD.encode(), 'the other name of our file keeps what it says'


def test_full_and_read_only(root):
    for options, code in (('size=4k', 14), ('ro', 14)):
        root.reset()
        subprocess.run(['mount', '-t', 'tmpfs', '-o', options, 'tmpfs', root.at('etc/modprobe.d')], check=True)
        try:
            if options != 'ro':
                write(root.at('etc/modprobe.d/fill'), b'x' * 4096)
            expect(root.run(*CHANGE), code, live='0', config='old')
            assert not os.path.exists(root.at(OUR_FILE))
            expect(root.run('on', 'enable-now', 'kvm_amd'), 0, live='1', config='old')
            assert all(not name.startswith('.') for name in os.listdir(root.at('etc/modprobe.d')))
        finally:
            subprocess.run(['umount', root.at('etc/modprobe.d')], check=True)


# ---- What is repaired ----

def test_repair_says_so(root):
    root.reset(file='options kvm_amd nested=0\n')
    steps = root.steps(*CHANGE)
    killed_at = len(steps) - steps[::-1].index('insert')
    root.reset(file='options kvm_amd nested=0\n')
    assert root.run(*CHANGE, fault=f'kill {killed_at}').code == -signal.SIGKILL
    assert root.live() is None
    answer = root.run('show', 'holders', 'kvm_amd')
    assert answer.warnings('repair-due') and answer.result['live'] == 'none' and root.live() is None, answer
    answer = expect(root.run('on', 'enable-later', 'kvm_amd'), 0, live='0', next_boot='1')
    assert answer.lines[0] == 'step repair', answer
    assert answer.warnings('repaired') == ['warning repaired module', 'warning repaired file'], answer


def test_repair_without_the_file(root):
    """Where our file can't be put back, KVM comes back all the same."""
    number = step_of(root, 'insert')
    root.reset(file=OLD)
    assert root.run(*CHANGE, fault=f'kill {number}').code == -signal.SIGKILL and root.live() is None
    folder = root.at('etc/modprobe.d')
    subprocess.run(['mount', '--bind', folder, folder], check=True)
    subprocess.run(['mount', '-o', 'remount,bind,ro', folder], check=True)
    try:
        answer = expect(root.run(*CHANGE), 21, live='0')
        assert answer.warnings('repaired') == ['warning repaired module'], answer
    finally:
        subprocess.run(['umount', folder], check=True)
    expect(root.run('on', 'enable-later', 'kvm_intel'), 12)
    assert root.read(OUR_FILE) == OLD.encode() and root.read(LOCK) == b''


def test_stale_leftovers(root):
    """After a restart the lock file is gone, and what lies beside our file must not come back."""
    root.reset(file='options kvm_amd nested=0\n', conf={'.zz-nestbox.conf.old': 'evil', '.zz-nestbox.conf.new': 'evil'})
    expect(root.run(*CHANGE, knobs='reject'), 16)
    assert root.read(OUR_FILE) == b'options kvm_amd nested=0\n'
    assert os.listdir(root.at('etc/modprobe.d')) == ['zz-nestbox.conf']
    root.reset(file='options kvm_amd nested=0\n', conf={'.zz-nestbox.conf.old': 'evil'})
    expect(root.run(*CHANGE, fault=f'fail-all 3 {errno.EIO}'), 14, config='old')
    assert root.read(OUR_FILE) == b'options kvm_amd nested=0\n'


def test_garbage_in_journal(root):
    for garbage in (b'\0' * 128, b'x' * 4096, b'enable kvm_amd kept reload 1\n', b'enable ../x kept reload 1'.ljust(127) + b'\n'):
        root.reset(file='options kvm_amd nested=0\n')
        write(root.at(LOCK), garbage)
        expect(root.run(*CHANGE), 0, live='1', config='new')


def test_edited_since(root):
    """What an administrator writes after a run was killed stays, byte for byte."""
    number = step_of(root, 'insert')
    for edit in ('append', 'replace', 'remove'):
        root.reset(file=OLD)
        assert root.run(*CHANGE, fault=f'kill {number}').code == -signal.SIGKILL and root.live() is None
        assert os.stat(root.at(RECORD)).st_mode & 0o7777 == 0o600
        if edit == 'append':
            with open(root.at(OUR_FILE), 'a') as file:
                file.write('# mine\n')
        elif edit == 'replace':
            write(root.at('etc/modprobe.d/x'), root.read(OUR_FILE))
            os.rename(root.at('etc/modprobe.d/x'), root.at(OUR_FILE))
        else:
            os.unlink(root.at(OUR_FILE))
        mine = root.read(OUR_FILE)
        answer = expect(root.run('on', 'enable-later', 'kvm_intel'), 12)
        assert answer.warnings('not-repaired') and answer.warnings('repaired') == ['warning repaired module'], answer
        assert root.read(OUR_FILE) == mine and root.live() == '0', (edit, root.read(OUR_FILE))
        assert os.listdir(root.at('etc/modprobe.d')) in (['zz-nestbox.conf'], []), os.listdir(root.at('etc/modprobe.d'))


def test_power_cut(root):
    """After a restart the file is put back, and the module is left as the system has loaded it."""
    number = step_of(root, 'insert')
    root.reset(file=OLD)
    assert root.run(*CHANGE, fault=f'kill {number}').code == -signal.SIGKILL
    os.rename(root.at('sys/module/.stash/kvm_amd'), root.at('sys/module/kvm_amd'))
    write(root.at('sys/module/kvm_amd/parameters/nested'), '1\n')
    write(root.at('proc/sys/kernel/random/boot_id'), BOOT[:-1] + '2\n')
    write(root.at(LOCK), '')
    answer = expect(root.run('on', 'enable-later', 'kvm_intel'), 12)
    assert answer.warnings('repaired') == ['warning repaired file'] and not answer.warnings('not-like-before'), answer
    assert root.read(OUR_FILE) == OLD.encode() and root.live() == '1'
    # Half a record: the rename had not yet happened.
    root.reset(file=OLD, conf={'.zz-nestbox.conf.run': 'nestbox-1 enable kvm_amd 0 ' + BOOT + ' kept 1',
                               '.zz-nestbox.conf.old': 'evil'})
    expect(root.run('on', 'enable-later', 'kvm_intel'), 12)
    assert root.read(OUR_FILE) == OLD.encode() and os.listdir(root.at('etc/modprobe.d')) == ['zz-nestbox.conf']


def test_live_comes_back(root):
    """Killed after the module was loaded anew: its old value comes back, unless somebody uses it by now."""
    for words, file in ((CHANGE, OLD), (('on', 'enable-now', 'kvm_amd'), OLD)):
        root.reset(file=file)
        steps = root.steps(*words)
        number = len(steps) - steps[::-1].index('unlink' if words == CHANGE else 'truncate')
        number = steps.index('ioctl') + 1 if 'ioctl' in steps else number
        for users, live in (('0', '0'), ('1', '1')):
            root.reset(file=file)
            assert root.run(*words, fault=f'kill {number}').code == -signal.SIGKILL and root.live() == '1'
            write(root.at('sys/module/kvm_amd/refcnt'), users + '\n')
            answer = expect(root.run('on', 'enable-later', 'kvm_intel'), 12)
            assert root.live() == live and root.read(OUR_FILE) == OLD.encode(), answer
            assert bool(answer.warnings('not-like-before')) == (users == '1'), answer
            assert root.read(LOCK) == b''


def test_folder_is_another(root):
    """A modprobe.d that was replaced or removed after a kill is not in the way of what comes."""
    number = step_of(root, 'insert')
    for replace in (True, False):
        root.reset(file=OLD)
        assert root.run(*CHANGE, fault=f'kill {number}').code == -signal.SIGKILL
        shutil.rmtree(root.at('etc/modprobe.d'))
        if replace:
            os.mkdir(root.at('etc/modprobe.d'))
        expect(root.run('on', 'enable', 'kvm_amd'), 0, live='1', config='new')
        expect(root.run('off', 'disable-now', 'kvm_amd'), 0, live='0')


# ---- Two at once, and signals ----

def wait_stopped(process):
    """The number of the child that does the work, once it has stopped."""
    workers = []

    def is_stopped():
        with open(f'/proc/{process.pid}/task/{process.pid}/children') as file:
            workers[:] = map(int, file.read().split())
        if not workers:
            return False
        with open(f'/proc/{workers[0]}/stat') as file:
            return file.read().rsplit(')')[1].split()[0] == 'T'

    until(is_stopped, 'the helper to stop')
    return workers[0]


def is_free(root):
    return root.run('on', 'enable-later', 'kvm_intel').code != 19


def test_mouth_killed(root):
    """The process that hands the output on may die: the work goes on."""
    number = step_of(root, 'insert')
    root.reset(file=OLD)
    first = root.start(*CHANGE, fault=f'stop {number}')
    worker = wait_stopped(first)
    first.kill()
    first.communicate(timeout=30)
    assert root.live() is None
    os.kill(worker, signal.SIGCONT)
    until(lambda: is_free(root), 'the lock')
    assert root.live() == '1' and root.read(LOCK) == b''


def test_two_at_once(root):
    root.reset()
    steps = root.steps(*CHANGE)
    for number in range(3, len(steps) + 1):
        root.reset()
        first = root.start(*CHANGE, fault=f'stop {number}')
        worker = wait_stopped(first)
        file = root.read(OUR_FILE)
        expect(root.run('off', 'disable', 'kvm_amd'), 19, config='old')
        assert root.read(OUR_FILE) == file
        for signal_number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGQUIT, signal.SIGALRM):
            first.send_signal(signal_number)
            os.kill(worker, signal_number)
        os.kill(worker, signal.SIGCONT)
        output, _ = first.communicate(timeout=30)
        assert first.returncode == 0 and 'result live=1 config=new' in output, (number, first.returncode, output)


# ---- What is given up, and what is left behind ----

def status_of(pid):
    with open(f'/proc/{pid}/status') as file:
        return dict(line.rstrip('\n').split(':\t', 1) for line in file if ':\t' in line)


def children(pid):
    with open(f'/proc/{pid}/task/{pid}/children') as file:
        return [int(word) for word in file.read().split()]


def test_least_power(root):
    """Three processes: none can do what another does, and no program that they start can do more."""
    capabilities = {'DAC_OVERRIDE': 1, 'DAC_READ_SEARCH': 2, 'FOWNER': 3, 'SYS_MODULE': 16, 'SYS_PTRACE': 19}
    number = step_of(root, 'delete')
    root.reset(file=OLD)
    mouth = root.start(*CHANGE, fault=f'stop {number}')
    worker = wait_stopped(mouth)
    search, = children(worker)
    until(lambda: 'S' in status_of(search)['State'] and status_of(search)['NoNewPrivs'] == '1', 'the search')
    for pid, names in ((mouth.pid, []), (worker, ['DAC_OVERRIDE', 'FOWNER', 'SYS_MODULE']),
                       (search, ['DAC_READ_SEARCH', 'SYS_PTRACE'])):
        status = status_of(pid)
        mask = sum(1 << capabilities[name] for name in names)
        for field in ('CapPrm', 'CapEff', 'CapBnd'):
            assert int(status[field], 16) == mask, (names, field, status[field])
        assert int(status['CapInh'], 16) == int(status['CapAmb'], 16) == 0 and status['NoNewPrivs'] == '1', status
    os.kill(worker, signal.SIGCONT)
    mouth.communicate(timeout=30)
    assert mouth.returncode == 0


def test_nothing_inherited_decides(root):
    def before():
        os.nice(10)
        os.sched_setaffinity(0, [min(os.sched_getaffinity(0))])
        os.sched_setscheduler(0, os.SCHED_BATCH, os.sched_param(0))
        LIBC.syscall(251, 1, 0, 3 << 13)  # ioprio_set: idle
        with open('/real/self/oom_score_adj', 'w') as file:
            file.write('900')
        for which in (signal.ITIMER_REAL, signal.ITIMER_VIRTUAL, signal.ITIMER_PROF):
            signal.setitimer(which, 100)
        resource.setrlimit(resource.RLIMIT_CORE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))

    number = step_of(root, 'delete')
    root.reset(file=OLD)
    mouth = root.start(*CHANGE, before=before, fault=f'stop {number}')
    worker = wait_stopped(mouth)
    with open(f'/proc/{worker}/stat') as file:
        fields = file.read().rsplit(')')[1].split()
    with open(f'/proc/{worker}/oom_score_adj') as file:
        oom = int(file.read())
    limits = resource.prlimit(worker, resource.RLIMIT_CORE)
    affinity, policy, level = os.sched_getaffinity(worker), os.sched_getscheduler(worker), LIBC.syscall(252, 1, worker)
    inherited = sorted(os.listdir(f'/proc/{worker}/fd'))
    os.kill(worker, signal.SIGCONT)
    mouth.communicate(timeout=30)
    # To be nicer than one is takes a power that a namespace of one's own does not give.
    assert int(fields[16]) == (0 if os.geteuid() == 0 and not in_user_namespace() else int(fields[16])), fields
    assert affinity == os.sched_getaffinity(0) and policy == os.SCHED_OTHER and level == 0, (affinity, policy, level)
    assert oom <= 0, oom
    assert limits == (0, 0), limits
    assert len(inherited) < 20, inherited


def in_user_namespace():
    with open('/proc/self/uid_map') as file:
        return file.read().split() != ['0', '0', '4294967295']


def test_trail(root):
    root.reset(file=OLD)
    log = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    log.bind(root.at('dev/log'))
    log.settimeout(30)
    root.run(*CHANGE, env={'PKEXEC_UID': '1000'})
    line = log.recv(4096).decode()
    assert re.fullmatch(r'<85>nestbox-helper\[\d+\]: user 1000: enable kvm_amd: exit 0, result live=1 config=new next-boot=1', line), line
    root.reset(file=OLD)
    log.close()
    log = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    log.bind(root.at('dev/log'))
    log.settimeout(30)
    root.run(*CHANGE, env={'PKEXEC_UID': '1\n2'}, knobs='reject')
    line = log.recv(4096).decode()
    assert 'user -: enable kvm_amd: exit 16, rolled back, module kvm_amd refused nested=1' in line, line
    root.run('show', 'holders', 'kvm_amd')
    log.setblocking(False)
    # A log that takes no more is nobody's problem.
    for _ in range(1000):
        try:
            filler = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
            filler.setblocking(False)
            filler.sendto(b'x', root.at('dev/log'))
        except BlockingIOError:
            break
    expect(root.run('on', 'enable-later', 'kvm_amd'), 0)
    log.close()


def test_libkmod_complains(root):
    """libkmod has something to say of each odd line, as much as no pipe holds: it is not for our caller."""
    root.reset(conf={'a.conf': 'nonsense with many words that libkmod does not know at all\n' * 5000})
    answer = expect(root.run(*CHANGE), 0, live='1', config='new')
    assert answer.complaint == '', answer


# ---- Hostile callers ----

def test_arguments(root):
    root.reset()
    for words in ([], ['on'], ['change', 'enable', 'kvm_amd'], ['off', 'enable', 'kvm_amd'], ['on', 'enable'], ['on', 'enable', 'kvm_amd', ''], ['on', 'enable', 'kvm-amd'],
                  ['on', 'enable', '../kvm_amd'], ['on', 'enable', 'kvm_amd\n'], ['show', 'enable', 'kvm_amd'],
                  ['on', 'holders', 'kvm_amd'], ['on', 'allow-msrs', 'kvm'], ['--help', 'enable', 'kvm_amd'], ['on', 'ENABLE', 'kvm_amd'],
                  ['', '', ''], ['on', 'enable', 'x' * 100000], ['on', 'enable', 'nf_tables']):
        answer = root.run(*words, log=True)
        assert answer.code == 10 and answer.lines == [], answer
        assert root.read(LOCK) is None and root.read('steps.log') is None, 'nothing is touched'


def test_not_root(root):
    root.reset()
    # Without a mapping this is the user nobody, who may not change the root; the refusal comes before all else.
    answer = subprocess.run(['unshare', '-U', sys.argv[1], *CHANGE], capture_output=True)
    assert answer.returncode == 11 and answer.stdout == b'', answer


def test_environment(root):
    root.reset()
    bad = {'KMOD_LOG': '7', 'G_MESSAGES_DEBUG': 'all', 'MODPROBE_OPTIONS': 'x', 'LANG': '../../evil', 'LC_ALL': '%n%n',
           'PATH': '/evil', 'NB_ROOT': '/evil', 'ROOT': '/evil', 'TMPDIR': '/evil', 'LANGUAGE': 'de', 'IFS': 'x'}
    answer = expect(root.run(*CHANGE, env=bad), 0, live='1', config='new')
    assert answer.complaint == '', answer
    assert root.read('udevadm.log') == b'udevadm settle --timeout=5\n'


def test_inherited_state(root):
    def limits():
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, resource.RLIM_INFINITY))
        resource.setrlimit(resource.RLIMIT_CPU, (1, resource.RLIM_INFINITY))
        resource.setrlimit(resource.RLIMIT_NOFILE, (4, 1024))

    def stack():
        resource.setrlimit(resource.RLIMIT_STACK, (20480, resource.RLIM_INFINITY))

    def signals():
        for number in (signal.SIGCHLD, signal.SIGTERM, signal.SIGXFSZ):
            signal.signal(number, signal.SIG_IGN)
        os.umask(0o777)

    def elsewhere():
        os.mkdir('/run/gone')
        os.chdir('/run/gone')
        os.rmdir('/run/gone')

    def personality():
        LIBC.personality(0x0020000)  # UNAME26: uname() tells of another kernel

    def slack():
        LIBC.prctl(29, ctypes.c_ulong(2 ** 63 - 1))  # PR_SET_TIMERSLACK: no sleep ends

    for before in (limits, stack, signals, elsewhere, personality, slack):
        root.reset(refcnt='1')
        expect(root.run(*CHANGE, before=before, knobs='moment'), 0, live='1', config='new')
        assert os.stat(root.at(OUR_FILE)).st_mode & 0o777 == 0o644

    for closed in ((0,), (1,), (2,), (0, 1, 2)):
        root.reset()
        process = root.start(*CHANGE, before=lambda: [os.close(fd) for fd in closed])
        process.communicate(timeout=30)
        assert process.returncode == 0 and root.live() == '1', closed
        assert b'result' not in root.read(OUR_FILE) + root.read('proc/cmdline') + root.read(LOCK)


def full_pipe():
    read_end, write_end = os.pipe()
    fcntl.fcntl(write_end, fcntl.F_SETFL, os.O_NONBLOCK)
    try:
        while True:
            os.write(write_end, b'x' * 4096)
    except BlockingIOError:
        pass
    fcntl.fcntl(write_end, fcntl.F_SETFL, 0)
    return read_end, write_end


def test_output_not_read(root):
    """Nobody reads: the change comes to its end and nothing stays locked; what waits has nothing in its hands."""
    root.reset()
    read_end, write_end = full_pipe()
    process = root.start(*CHANGE, stdout=write_end, stderr=write_end)
    until(lambda: root.live() == '1', 'the change')
    until(lambda: is_free(root), 'the lock')
    assert root.read(OUR_FILE).endswith(b'nested=1\n') and root.read(LOCK) == b''
    os.close(read_end)
    assert process.wait(timeout=30) == 0
    root.reset()
    process = root.start(*CHANGE, stdout=write_end)
    process.communicate(timeout=30)
    assert process.returncode == 0 and root.live() == '1', 'a closed pipe'
    os.close(write_end)


def test_long_line_not_read(root):
    """A pipe with room for a word, and a process whose name is longer: it gets in the way of a refusal only."""
    root.reset()
    write(root.at('proc/77/comm'), b'\1' * 30000 + b'\n')
    os.makedirs(root.at('proc/77/fd'))
    os.symlink('/dev/kvm', root.at('proc/77/fd/9'))
    read_end, write_end = os.pipe()
    process = root.start(*CHANGE, stdout=write_end, knobs='busy')
    os.close(write_end)
    assert select.select([read_end], [], [], 30)[0], 'it has begun, and has the lock'
    until(lambda: is_free(root), 'the lock')
    assert root.read(OUR_FILE) is None and root.read(LOCK) == b''
    with os.fdopen(read_end, 'rb') as pipe:
        lines = pipe.read().splitlines()
    assert lines[-2].startswith(b'holder 77 ') and lines[-1].startswith(b'result live=0 config=old'), 'and all is told'
    assert process.wait(timeout=30) == 13


def main():
    enter_namespace(skip=0)  # in TAP the plan says it
    root = Root(*sys.argv[1:4])
    tests = [(name, test) for name, test in globals().items() if name.startswith('test_')]
    failures = 0
    print(f'1..{len(tests)}')
    try:
        for number, (name, test) in enumerate(tests, 1):
            try:
                test(root)
                print(f'ok {number} {name}', flush=True)
            except AssertionError as error:
                failures += 1
                line = error.__traceback__.tb_next.tb_lineno
                print(f'not ok {number} {name}\n# line {line}: {error}', flush=True)
    finally:
        root.close()
    sys.exit(1 if failures else 0)


main()
