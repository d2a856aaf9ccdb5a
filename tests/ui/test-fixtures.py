#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The page of every verdict shows its title, its sentence and its button; nothing can be pressed that would change anything."""

import configparser
import subprocess

from nbui import App, Atspi, BUILD, Role, SOURCE, run

LABELS = {
    "none": None,
    "set-up-machine": "Set Up a Virtual Machine",
    "enable": "Enable",
    "enable-now": "Enable Now",
    "enable-busy": "Enable…",
    "enable-later": "Enable at Next Restart",
    "keep-on": "Keep On",
    "start-kvm": "Start KVM",
    "try-again": "Try Again",
    "test-again": "Test Again",
}
HARMLESS = ("set-up-machine", "try-again")
AT_A_TIME = 2


def fixtures():
    """One computer for each verdict that files alone can make."""
    config = configparser.ConfigParser(interpolation=None, delimiters=("=",), comment_prefixes=("#",))
    config.optionxform = str
    config.read(SOURCE / "tests/host/fixtures.ini")

    def get(name, key):
        section = config[name]
        return section.get(key) or (get(section["base"], key) if "base" in section else None)

    found = {}
    for name in config.sections():
        verdict = get(name, "verdict")
        if verdict and get(name, "error") is None:
            found.setdefault((verdict, get(name, "remedy") or "none"), name)
    return found


def check(app, name, verdict, remedy):
    report = subprocess.run([BUILD / "src/nestbox", "--root", str(BUILD / "tests/host/fixtures" / name), "--report"],
                            capture_output=True, text=True, env={"LC_ALL": "C.UTF-8"}).stdout.splitlines()
    at = next((i for i, line in enumerate(report) if line.endswith(f"[{verdict}]")), None)
    assert at is not None, f"{name}: {report}"
    title = report[at].rsplit(" [", 1)[0]

    app.find(title)
    assert any(item[1] == report[at + 1] for item in app.names()), f"{name}: the sentence is missing"
    label = LABELS[remedy]
    if label is None:
        shown = [item for item in app.names() if item[0] == Role.PUSH_BUTTON and item[1] in LABELS.values()]
        assert not shown, f"{name}: {shown}"
        return
    button = app.find(label, Role.PUSH_BUTTON)
    sensitive = button.get_state_set().contains(Atspi.StateType.SENSITIVE)
    assert sensitive == (remedy in HARMLESS), f"{name}: the button is {'' if sensitive else 'in'}sensitive"
    if not sensitive:
        app.find("Read from a folder: nothing can be changed here.")


def every_verdict():
    waiting = sorted(fixtures().items())
    assert len({verdict for (verdict, _remedy), _name in waiting}) == 30, waiting
    running = []
    while waiting or running:
        while waiting and len(running) < AT_A_TIME:
            (verdict, remedy), name = waiting.pop(0)
            running.append((App("--root", str(BUILD / "tests/host/fixtures" / name), attach=False), name, verdict, remedy))
        app, name, verdict, remedy = running.pop(0)
        try:
            app.attach()
            check(app, name, verdict, remedy)
            app.close()
        finally:
            if app.process.poll() is None:
                app.kill()


run(every_verdict)
