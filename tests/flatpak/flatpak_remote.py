# SPDX-License-Identifier: GPL-3.0-or-later
"""The project's own remote, published by flatpak/publish with a throw-away key and served on the loopback interface."""

import base64
import functools
import http.server
import json
import os
import shutil
import threading

from flatpak_lab import APP_ID, CACHE, SOURCE, must, run

# The real build, in a system with the newest flatpak-builder.
ENTER = os.path.join(SOURCE, 'tests', 'newest', 'enter')
PUBLIC = os.path.join(CACHE, 'public')


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *words):
        pass


class Remote:
    def __init__(self, lab):
        # flatpak-builder's cache knows a manifest by its path.
        self.folder = os.path.join(CACHE, 'project')
        self.repository = os.path.join(PUBLIC, 'repo')
        for path in (self.folder, PUBLIC, PUBLIC + '.work/build'):
            shutil.rmtree(path, ignore_errors=True)
        os.makedirs(PUBLIC)
        os.environ['GNUPGHOME'] = os.path.join(lab.folder, 'gnupg')
        os.makedirs(os.environ['GNUPGHOME'], mode=0o700)
        self.server = http.server.ThreadingHTTPServer(('127.0.0.1', 0), functools.partial(Quiet, directory=PUBLIC))
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.url = 'http://127.0.0.1:%d' % self.server.server_port

    def make_key(self, name):
        """As flatpak/README.md says it, without the question for a password."""
        must('gpg', '--batch', '--passphrase', '', '--quick-generate-key', name, 'ed25519', 'sign', 'never')
        keys = must('gpg', '--list-keys', '--with-colons', name)
        return next(line.split(':')[9] for line in keys.splitlines() if line.startswith('fpr'))

    def write_project(self, manifest):
        """A checkout with what stands in for the network: sources of Debian's, and the runtime of another remote."""
        def get_made(path, names):
            return [name for name in names if path == SOURCE and (
                name in ('.git', 'public', 'public.work') or os.path.exists(os.path.join(SOURCE, name, 'meson-info')))]

        shutil.copytree(SOURCE, self.folder, symlinks=True, ignore=get_made)
        with open(os.path.join(CACHE, 'sources', 'substitutes.json')) as file:
            substitutes = json.load(file)
        for module in manifest['modules']:
            source = module['sources'][0]
            if module['name'] in substitutes:
                name, checksum = substitutes[module['name']].values()
                print('# %s: %s stands in for %s' % (module['name'], name, os.path.basename(source['url'])))
                source.update(url='https://localhost/' + name, sha256=checksum)
        with open(os.path.join(self.folder, 'flatpak', APP_ID + '.json'), 'w') as file:
            json.dump(manifest, file, indent=2)
        reference = os.path.join(self.folder, 'flatpak', APP_ID + '.flatpakref')
        with open(reference) as file:
            text = file.read()
        assert 'https://dl.flathub.org/repo/flathub.flatpakrepo' in text
        with open(reference, 'w') as file:
            file.write(text.replace('https://dl.flathub.org/repo/flathub.flatpakrepo', self.url + '/standin.flatpakrepo'))
        with open(os.path.join(PUBLIC, 'standin.flatpakrepo'), 'w') as file:
            file.write('[Flatpak Repo]\nTitle=Stand-in\nUrl=file://%s/runtime\n' % CACHE)

    def publish(self, key):
        """The real script, without the network. Returns the finished process."""
        folders = (CACHE, SOURCE, '/var/lib/flatpak', os.environ['GNUPGHOME'])
        return run(ENTER, CACHE + '/builder', *(word for folder in folders for word in ('--bind', folder)),
                   'env', 'GNUPGHOME=' + os.environ['GNUPGHOME'],
                   os.path.join(self.folder, 'flatpak', 'publish'), self.url, key, PUBLIC, '--disable-rofiles-fuse',
                   '--disable-download', '--disable-updates', '--state-dir=' + CACHE + '/builder-state',
                   '--extra-sources=' + CACHE + '/sources')

    def key_in(self, name):
        """The fingerprint of the key in a .flatpakref or .flatpakrepo."""
        with open(os.path.join(PUBLIC, name)) as file:
            text = next(line.partition('=')[2] for line in file if line.startswith('GPGKey='))
        path = os.path.join(self.folder, 'key')
        with open(path, 'wb') as file:
            file.write(base64.b64decode(text))
        shown = must('gpg', '--show-keys', '--with-colons', path)
        return next(line.split(':')[9] for line in shown.splitlines() if line.startswith('fpr'))
