#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every step of every verb of the real nestbox-helper made to fail, and killed: what must hold afterwards?

  - our file is byte for byte the old one or the new one; after a failure the old one, unless the exit code is 21
  - the result line is there and true
  - KVM is loaded again, or the result says that it is not; until it is, not a word is said
  - the next run, whatever its verb, leaves nothing of an earlier one behind
"""

import errno
import os
import signal
import sys

from pretend import LOCK, OUR_FILE, RECORD, Root, enter_namespace

ERRNOS = {
    'open': [errno.EROFS, errno.ENOSPC],
    'read': [errno.EIO],
    'write': [errno.ENOSPC, errno.EIO],
    'link': [errno.EPERM],
    'rename': [errno.EIO],
    'unlink': [errno.EIO],
    'chmod': [errno.EPERM],
    'fsync': [errno.EIO],
    'flock': [errno.EINTR],
    'pwrite': [errno.ENOSPC],
    'truncate': [errno.EIO],
    'delete': [errno.EAGAIN, errno.EPERM],
    'insert': [errno.EIO, errno.EKEYREJECTED, errno.ENOMEM],
    'ioctl': [errno.EINVAL],
    'mkdir': [errno.EROFS],
}
ACTIONS = {'enable': 'on', 'disable': 'off', 'forget': 'forget'}
VERBS = ['enable', 'disable', 'enable-now', 'disable-now', 'enable-later', 'disable-later', 'forget']
FOREIGN = '# by hand\noptions kvm_intel nested=1\noptions kvm_amd npt=1\n'
CODES = {0, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21}


def states(verb):
    value = '0' if verb.startswith('enable') else '1'
    yield {'live': value, 'file': None}
    yield {'live': value, 'file': FOREIGN + f'options kvm_amd nested={value}\n'}
    if verb in ('enable', 'disable-now', 'enable-now'):
        yield {'loaded': False, 'live': '1', 'file': 'options kvm_amd nested=0\n'}


def check_truth(root, answer, state, new, where):
    """What holds after every run that came to its end."""
    file = root.read(OUR_FILE)
    old = state['file'].encode() if state['file'] is not None else None
    assert answer.code in CODES, where
    assert answer.result is not None, where
    assert file in (old, new), (where, file)
    if answer.code == 0:
        assert file == new, where
    elif answer.code != 21:
        assert file == old, (where, file)
        assert answer.result['config'] == 'old', where
        assert len(answer.complaint.splitlines()) == 1, where
    else:
        assert file == new != old, (where, 'it was put back after all')
    if old != new:
        assert answer.result['config'] == ('new' if file == new else 'old') or file == old == new, where
    live = root.live()
    assert answer.result['live'] == (live if live is not None else 'none'), (where, live)
    if state.get('loaded', True) and live is None:
        assert answer.code in (17, 21), where
    if answer.code == 17:
        assert live is None, where
    assert live is None or not root.told(), where


def check_cleaned(root, where, may_be):
    """What holds after the next run, which is refused (another vendor's module) and still puts things right."""
    answer = root.run('on', 'enable-later', 'kvm_intel')
    assert answer.code == 12, (where, answer)
    names = sorted(os.listdir(root.at('etc/modprobe.d')))
    assert names in ([], ['zz-nestbox.conf']), (where, names)
    assert root.read(LOCK) == b'', where
    assert root.read(OUR_FILE) in may_be, (where, root.read(OUR_FILE))
    return answer


def sweep(root):
    n_cases = 0
    seen = set()
    for verb in VERBS:
        for state in states(verb):
            words = (ACTIONS[verb.split('-')[0]], verb, 'kvm_amd')
            root.reset(**state)
            steps = root.steps(*words)
            old = state['file'].encode() if state['file'] is not None else None
            new = root.read(OUR_FILE)
            assert (new == old) == (verb.endswith('-now') or new == old == None), (verb, state)
            for number, step in enumerate(steps, 1):
                where = (verb, state, number, step)

                root.reset(**state)
                answer = root.run(*words, fault=f'kill {number}')
                assert answer.code == -signal.SIGKILL, (where, answer)
                assert root.read(OUR_FILE) in (old, new), where
                check_cleaned(root, where, (old, new))
                if state.get('loaded', True):
                    assert root.live() in ('0', '1'), where
                n_cases += 1

                # The values 0 and 1 take the same way: of disable only the kills.
                for number_of_error in ERRNOS[step] if not verb.startswith('disable') else []:
                    first = number_of_error == ERRNOS[step][0]
                    for action in ('fail', 'fail-all', 'fail-from') if first else ('fail',):
                        root.reset(**state)
                        answer = root.run(*words, fault=f'{action} {number} {number_of_error}')
                        here = (where, action, errno.errorcode[number_of_error], answer)
                        check_truth(root, answer, state, new, here)
                        seen.add(answer.code)
                        if answer.code == 21:
                            # The record is gone only where that was the last thing that went well.
                            check_cleaned(root, here, (old,) if root.read(RECORD) is not None else (new,))
                        else:
                            check_cleaned(root, here, (new if answer.code == 0 else old,))
                        n_cases += 1
    assert seen >= CODES - {12, 18, 19}, seen
    return n_cases


def main():
    enter_namespace()
    root = Root(*sys.argv[1:4])
    try:
        print(sweep(root), 'cases')
    finally:
        root.close()


main()
