#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The report: its JSON contract, its exit codes, its text, and that it tells no names."""

import getpass
import json
import os
import socket
import subprocess
import sys
import unittest

NESTBOX, FIXTURES = sys.argv[1:3]
GOLDEN = os.path.join(os.path.dirname(os.path.abspath(__file__)), "report.txt")

KEYS = ["version", "app", "demo", "verdict", "facts", "decided-by", "in-use", "holders-complete", "holders", "checks",
        "connections", "machines"]
FACTS = ["machine", "release", "uptime", "cpuid-virtualization", "cpuid-hypervisor", "kvm-device", "kvm-nested",
         "sandbox", "vendor", "model", "module", "module-state", "live", "next-boot", "slat"]
ON = {"ready", "slow", "on-next-boot-unknown", "until-restart", "until-restart-cmdline", "until-restart-other-file"}


def run(*arguments):
    env = dict(os.environ, LC_ALL="C.UTF-8")
    env.pop("DISPLAY", None)
    env.pop("WAYLAND_DISPLAY", None)
    return subprocess.run([NESTBOX, *arguments], env=env, capture_output=True, text=True, timeout=60)


def fixture(name):
    return os.path.join(FIXTURES, name)


def report(name, *arguments):
    result = run("--report", "--json", "--root", fixture(name), *arguments)
    return json.loads(result.stdout), result.returncode


class Report(unittest.TestCase):
    def check_contract(self, data):
        self.assertEqual(list(data), KEYS)
        self.assertEqual(data["version"], 1)
        self.assertIs(data["demo"], False)
        self.assertEqual(list(data["facts"]), FACTS)
        self.assertEqual(list(data["decided-by"]), ["kind", "file", "line"])
        self.assertIn(data["decided-by"]["kind"], ["file", "command-line", "default", "unknown"])
        self.assertIsInstance(data["holders-complete"], bool)
        for holder in data["holders"]:
            self.assertEqual(list(holder), ["pid", "uid", "command", "machine"])
        self.assertGreater(len(data["checks"]), 0)
        for check in data["checks"]:
            self.assertEqual(list(check), ["id", "group", "level", "title", "detail", "hint"])
            self.assertIn(check["level"], ["pass", "note", "warn", "fail"])
        for key in ("holders", "checks", "connections", "machines"):
            self.assertIsInstance(data[key], list)

    def test_every_fixture(self):
        for name in sorted(os.listdir(FIXTURES)):
            with self.subTest(name):
                data, code = report(name)
                self.check_contract(data)
                self.assertEqual(code, 0 if data["verdict"] in ON else 3)

    def test_values(self):
        data, _ = report("until-restart-other-file")
        self.assertEqual(data["decided-by"], {"kind": "file", "file": "/etc/modprobe.d/zzz-site.conf", "line": 3})
        self.assertIs(data["facts"]["live"], True)
        self.assertIs(data["facts"]["next-boot"], False)
        self.assertEqual(data["facts"]["vendor"], "amd")
        self.assertEqual(data["facts"]["module-state"], "loaded")
        self.assertEqual(data["in-use"], 0)
        self.assertIs(data["holders-complete"], True)
        data, _ = report("unreadable-empty")
        self.assertIsNone(data["facts"]["machine"])
        self.assertIsNone(data["facts"]["uptime"])
        self.assertIsNone(data["in-use"])

    def test_holders(self):
        data, _ = report("off-busy-holders")
        holders = sorted(data["holders"], key=lambda h: h["pid"])
        self.assertEqual([h["pid"] for h in holders], [1201, 1202])
        self.assertEqual({h["uid"] for h in holders}, {1000})
        self.assertEqual({h["machine"] for h in holders}, {"machine-1", "machine-2"})
        self.assertNotIn("win11", json.dumps(data))
        self.assertNotIn("qemu-system", json.dumps(holders))
        self.assertIs(data["holders-complete"], False)
        data, _ = report("off-busy-holders", "--include-names")
        holders = sorted(data["holders"], key=lambda h: h["pid"])
        self.assertEqual([h["machine"] for h in holders], ["win11", "lab,1"])
        self.assertEqual([h["command"] for h in holders], ["qemu-system-x86", "x"])

    def test_text(self):
        result = run("--report", "--root", fixture("off-busy"))
        self.assertEqual(result.returncode, 3)
        self.assertEqual(result.stderr, "")
        text = result.stdout.split("\nChecks\n")[0]
        app = json.loads(run("--report", "--json", "--root", fixture("off")).stdout)["app"]
        with open(GOLDEN, encoding="utf-8") as file:
            self.assertEqual(text, file.read().replace("VERSION", app))
        self.assertIn("\nChecks\n", result.stdout)

    def test_errors(self):
        for arguments in (["--report", "--root", "/nowhere/at/all"], ["--report", "--root", "/etc/passwd"],
                          ["--report", "--nonsense"], ["--report", "--root"]):
            with self.subTest(arguments):
                result = run(*arguments)
                self.assertEqual(result.returncode, 1)
                self.assertEqual(result.stdout, "")
                self.assertNotEqual(result.stderr, "")

    def test_this_computer(self):
        result = run("--report", "--json")
        self.assertIn(result.returncode, (0, 3))
        data = json.loads(result.stdout)
        self.check_contract(data)
        self.assertEqual(data["facts"]["release"], os.uname().release)
        self.assertEqual(data["facts"]["machine"], os.uname().machine)
        # A host called "kvm" or a user called "cpu" would be found in any report.
        for name in (socket.gethostname(), getpass.getuser()):
            if len(name) > 5 and name not in ("libvirt",):
                self.assertNotIn(name, result.stdout)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1], verbosity=2)
