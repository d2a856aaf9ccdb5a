#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The window and another computer: run within tests/libvirt/far-computer."""

import contextlib
import os
import pathlib
import socket
import subprocess

from nbui import App, Atspi, BUILD, Role, run, wait

BUTTON = Role.PUSH_BUTTON
TITLE = "Connections"
THEIRS = "Somebody Else Changed This Machine"
SHARED = "b0000000-0000-4000-8000-00000000000b"
TCP = "qemu+tcp://127.0.0.1:16599/system"
SSH = "qemu+ssh://root@127.0.0.1:16522/system"
os.environ.pop("SSH_AUTH_SOCK", None)
READY = BUILD / "tests" / "host" / "fixtures" / "ready"


def answers(port):
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port)):
        return True
    return False


@contextlib.contextmanager
def far():
    """What runs on the other computer."""
    enter = ["nsenter", "--mount", "--target", os.environ["FAR_PID"]]
    programs = [subprocess.Popen([*enter, *words], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
                for words in (["libvirtd", "--listen"], ["/usr/sbin/sshd", "-D"])]
    try:
        wait(lambda: answers(16599) and answers(16522), "the other computer", 60)
        yield
    finally:
        for program in programs:
            program.kill()
            program.wait()


def see(app, text):
    wait(lambda: any(text in name.splitlines() for _role, name in app.names()), f"“{text}”", 60)


def another_computer():
    """This one is ready, the other is not: its machine says so, with what to type there. Nothing can be set up."""
    known = pathlib.Path(os.environ["FAR"], "known_hosts")
    with far():
        app = App("--root", str(READY), "--connect", TCP, "--connect", SSH)
        try:
            app.keys("alt+2")
            app.find("kvm", Role.LIST_ITEM)
            see(app, "Computer is not ready")
            see(app, "You have never confirmed the SSH key of the other computer.")
            app.press("Main Menu", BUTTON, Role.TOGGLE_BUTTON)
            app.press("Connections…")
            app.window(TITLE)
            see(app, "Connected")
            see(app, "ssh -p 16522 root@127.0.0.1")
            app.shot("far-connections", title=TITLE)
            app.press("Copy Command", BUTTON)
            see(app, "Command copied")
            # The person did as told: the next thing that is missing.
            known.write_text("[127.0.0.1]:16522 " + pathlib.Path(os.environ["FAR"], "host.pub").read_text())
            for item in app.walk():
                if app.name_of(item) == "Reconnect" and item.role == BUTTON and app.is_showing(item):
                    item.do_action()
            see(app, "Your SSH agent has no key to show.")
            see(app, "ssh-add")
            for _ in range(5):
                with contextlib.suppress(subprocess.CalledProcessError):
                    app.keys("Escape")
                with contextlib.suppress(AssertionError):
                    wait(lambda: app.root.get_child_count() == 1, "the dialog to close", 8)
                    break
            app.press_row("kvm")
            see(app, "The Other Computer Is Not Ready")
            see(app, "KVM does not run on the other computer")
            app.find("In a Terminal on the Other Computer")
            see(app, "sudo dmesg | grep -i kvm")
            # The list below has a button that is called the same, but for its mnemonic.
            assert not any(item.name.startswith("S_et Up…") and app.is_showing(item) for item in app.walk())
            app.shot("far-machine")
            app.close()
        finally:
            if app.process.poll() is None:
                app.kill()


def virsh(*words, text=None):
    return subprocess.run(["virsh", "--quiet", "--connect", TCP, *words], input=text, capture_output=True, text=True, check=True).stdout


def define(cpu):
    """As somebody else does, at that computer."""
    virsh("define", "/dev/stdin", text=f"""<domain type='qemu'><name>shared</name><uuid>{SHARED}</uuid><memory>65536</memory>
<os><type arch='x86_64'>hvm</type></os>{cpu}</domain>""")


def is_checked(app, name):
    item = app.look_for(name, Role.CHECK_BOX, Role.RADIO_BUTTON)
    return item is not None and item.get_state_set().contains(Atspi.StateType.CHECKED)


def changed_meanwhile():
    """Without a draft the page follows; with one the person is asked, and either answer is carried out."""
    with far():
        define("<cpu mode='custom'><model>Penryn</model></cpu>")
        app = App("--root", str(READY), "--connect", TCP)
        try:
            app.keys("alt+2")
            app.press_row("shared")
            wait(lambda: is_checked(app, "Named Model"), "the machine's page")
            define("<cpu mode='maximum'/>")
            wait(lambda: is_checked(app, "Everything Available"), "what somebody else has chosen")

            app.press_row("Hypervisor Default")
            wait(lambda: is_checked(app, "Hypervisor Default"), "a draft")
            define("<cpu mode='custom'><model>Nehalem</model></cpu>")
            app.find(THEIRS)
            assert is_checked(app, "Hypervisor Default")
            app.press("Overwrite", BUTTON)
            app.gone(THEIRS)
            app.find("Applied")
            assert "Nehalem" not in virsh("dumpxml", "--inactive", "shared")

            app.press_row("Everything Available")
            wait(lambda: is_checked(app, "Everything Available"), "another draft")
            define("<cpu mode='custom'><model>Penryn</model></cpu>")
            app.find(THEIRS)
            app.press("Discard My Changes", BUTTON)
            app.gone(THEIRS)
            wait(lambda: is_checked(app, "Named Model"), "theirs")
            assert "Penryn" in virsh("dumpxml", "--inactive", "shared")
            app.close()
        finally:
            if app.process.poll() is None:
                app.kill()


run(another_computer, changed_meanwhile)
