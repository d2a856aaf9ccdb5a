#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The report: its JSON contract, its exit codes, its text, and that it tells no names."""

import getpass
import json
import os
import re
import socket
import subprocess
import sys
import tempfile
import unittest

NESTBOX, FIXTURES = sys.argv[1:3]
GOLDEN = os.path.join(os.path.dirname(os.path.abspath(__file__)), "report.txt")

# The contract, key by key in their order: a type, a set of values, a pattern, None for null, or several of these.
NUMBER, TEXT, YES_NO = int, str, bool
ID = re.compile(r"[a-z0-9-]+")
FACTS = {"machine": (TEXT, None), "release": (TEXT, None), "uptime": (NUMBER, None), "cpuid-virtualization": (YES_NO, None),
         "cpuid-hypervisor": (YES_NO, None), "kvm-device": {"usable", "denied", "absent", "unknown"}, "kvm-nested": (YES_NO, None),
         "sandbox": (YES_NO, None), "vendor": {"unknown", "intel", "amd", "s390", "power", "arm"}, "model": (TEXT, None),
         "module": ({"kvm_intel", "kvm_amd", "kvm_hv", "kvm"}, None),
         "module-state": {"unknown", "loaded", "built-in", "available", "missing", "not-loaded"}, "live": (YES_NO, None),
         "next-boot": (YES_NO, None), "slat": (YES_NO, None),
         "proof": {"yes", "no", "not-run"}, "proof-round-trip-ns": (NUMBER, None)}
HOLDER = {"pid": NUMBER, "uid": (NUMBER, None), "command": (TEXT, None), "machine": (TEXT, None)}
CHECK = {"id": ID, "group": {"kvm", "nesting", "devices", "resources", "security", "services", "containers"},
         "level": {"pass", "note", "warn", "fail"}, "title": TEXT, "detail": TEXT, "hint": (TEXT, None)}
CONNECTION = {"uri": TEXT, "local": YES_NO, "state": {"open", "read-only", "closed", "failed"}, "error": (TEXT, None)}
MACHINE = {"name": TEXT, "uuid": TEXT, "uri": TEXT, "type": (ID, None), "arch": (re.compile(r"\w+"), None),
           "state": {"running", "paused", "shut-off", "shutting-down", "crashed", "suspended", "unknown"},
           "cpu-mode": ({"host-passthrough", "host-model", "maximum", "custom", "default"}, None),
           "nesting": ({"on", "off", "default"}, None), "pending": (YES_NO, None), "proof": {"runs", "ready", "given", "no", "not-asked"},
           "verdict": ({"can-run-vms", "can-run-slowly", "not-set-up", "needs-restart", "host-not-ready", "cannot-start",
                        "unproven", "impossible"}, None),
           "step": ({"processor", "firmware", "kvm", "nested", "libvirt", "start", "configuration", "running"}, None)}
REPORT = {"version": NUMBER, "app": re.compile(r"\d+\.\d+\.\d+"), "demo": YES_NO, "verdict": ID, "facts": FACTS,
          "decided-by": {"kind": {"file", "command-line", "default", "unknown"},
                         "why": {"value", "refused", "blacklist", "install"}, "file": (TEXT, None), "line": (NUMBER, None)},
          "in-use": (NUMBER, None), "holders-complete": YES_NO, "holders": [HOLDER], "checks": [CHECK],
          "connections": [CONNECTION], "machines": [MACHINE]}
ON = {"ready", "slow", "on-next-boot-unknown", "until-restart", "until-restart-cmdline", "until-restart-other-file"}


def faults(value, contract, where="report"):
    """What in value is not as the contract says: keys, their order, types and values."""
    if isinstance(contract, tuple):
        several = [list(faults(value, one, where)) for one in contract]
        if all(several):
            yield from several[0]
    elif isinstance(contract, dict):
        if not isinstance(value, dict) or list(value) != list(contract):
            yield f"{where}: {value!r} has not the keys {list(contract)}"
        else:
            for key, one in contract.items():
                yield from faults(value[key], one, f"{where}.{key}")
    elif isinstance(contract, list):
        if not isinstance(value, list):
            yield f"{where}: {value!r} is no list"
        else:
            for number, item in enumerate(value):
                yield from faults(item, contract[0], f"{where}[{number}]")
    elif isinstance(contract, set):
        if value not in contract:
            yield f"{where}: {value!r} is none of {contract}"
    elif isinstance(contract, re.Pattern):
        if not isinstance(value, str) or not contract.fullmatch(value):
            yield f"{where}: {value!r} is not {contract.pattern}"
    elif contract is None:
        if value is not None:
            yield f"{where}: {value!r} is not null"
    elif type(value) is not contract:  # for bool is an int
        yield f"{where}: {value!r} is no {contract.__name__}"


def run(*arguments, **variables):
    env = dict(os.environ, LC_ALL="C.UTF-8", **variables)
    env.pop("DISPLAY", None)
    env.pop("WAYLAND_DISPLAY", None)
    return subprocess.run([NESTBOX, *arguments], env=env, capture_output=True, text=True, timeout=60)


def fixture(name):
    return os.path.join(FIXTURES, name)


def report(name, *arguments):
    result = run("--report", "--json", "--root", fixture(name), *arguments)
    return json.loads(result.stdout), result.returncode


def write_names(root, user, host):
    """Names wherever a computer has some."""
    files = {
        "facts.ini": "[facts]\nmachine=x86_64\nrelease=6.1.0-test\nkvm-device=usable\nuser=xanthippe\ngroups=1000\n",
        "proc/cpuinfo": "vendor_id\t: GenuineIntel\nmodel name\t: Test\nflags\t\t: fpu vmx\n",
        "etc/group": "kvm:x:106:xanthippe\nlibvirt:x:113:xanthippe\n",
        "etc/passwd": "xanthippe:x:1000:1000:Xanthippe:/home/xanthippe:/bin/sh\n",
        "etc/hostname": "wolpertinger\n",
        "etc/machine-id": "geheim\n",
        f"etc/modprobe.d/{user}-{host}.conf": "options kvm_intel nested=0\n",
        "sys/class/dmi/id/sys_vendor": "QEMU\n",
        "sys/class/dmi/id/product_name": "Standard PC of bigbank.example\n",
        "sys/class/dmi/id/product_serial": "SERIAL-4711\n",
        "sys/module/kvm_intel/initstate": "live\n",
        "sys/module/kvm_intel/refcnt": "1\n",
        "sys/module/kvm_intel/parameters/nested": "N\n",
        "sys/module/apparmor/parameters/enabled": "Y\n",
        "journal": 'audit: type=1400 audit(1.1:1): apparmor="DENIED" operation="open" class="file" '
                   'profile="libvirt-1" name="/home/xanthippe/geheim.qcow2" pid=1 comm="qemu-system-x86" fsuid=1000\n',
        "proc/4711/comm": "qemu-xanthippe\n",
        "proc/4711/cmdline": "qemu\0-name\0guest=xanthippe-pc,debug-threads=on\0",
        "proc/4711/status": "Name:\tqemu\nUid:\t1000\t1000\t1000\t1000\n",
    }
    for path, text in files.items():
        full = os.path.join(root, path)
        os.makedirs(os.path.dirname(full), exist_ok=True)
        with open(full, "w", encoding="utf-8") as file:
            file.write(text)
    os.makedirs(os.path.join(root, "proc/4711/fd"))
    os.symlink("anon_inode:kvm-vm", os.path.join(root, "proc/4711/fd/7"))


class Report(unittest.TestCase):
    def check_contract(self, data, demo=False):
        self.assertEqual(list(faults(data, REPORT)), [])
        self.assertEqual(data["version"], 2)
        self.assertIs(data["demo"], demo)
        self.assertGreater(len(data["checks"]), 0)
        ids = [check["id"] for check in data["checks"]]
        self.assertEqual(len(ids), len(set(ids)))
        decider = data["decided-by"]
        self.assertEqual(decider["kind"] == "file", decider["file"] is not None)
        self.assertEqual(decider["file"] is None, decider["line"] is None)

    def test_every_fixture(self):
        for name in sorted(os.listdir(FIXTURES)):
            with self.subTest(name):
                data, code = report(name)
                self.check_contract(data)
                self.assertEqual(code, 0 if data["verdict"] in ON else 3)

    def test_proof(self):
        for name, proof, trip in (("tested", "yes", 1900), ("not-working", "no", None), ("intel", "not-run", None)):
            with self.subTest(name):
                data, code = report(name)
                self.assertEqual((data["facts"]["proof"], data["facts"]["proof-round-trip-ns"]), (proof, trip))
                self.assertEqual(code, 3 if proof == "no" else 0)
                level = {check["id"]: check["level"] for check in data["checks"]}.get("proof")
                self.assertEqual(level, {"yes": "pass", "no": "fail", "not-run": None}[proof])

    def test_demo(self):
        for scenario, verdict in (("off", "off"), ("in-use", "off-busy"), ("firmware-off", "firmware-off"), ("ready", "ready")):
            with self.subTest(scenario):
                result = run("--report", "--json", "--demo", "--scenario", scenario)
                data = json.loads(result.stdout)
                self.check_contract(data, True)
                self.assertEqual(data["verdict"], verdict)
                self.assertEqual(result.returncode, 0 if verdict in ON else 3)
                self.assertEqual([connection["uri"] for connection in data["connections"]], ["test:///demo"])
                self.assertGreater(len(data["machines"]), 10)
                for machine in data["machines"]:
                    self.assertRegex(machine["name"], r"^machine-\d+$")
                    self.assertRegex(machine["uuid"], r"^uuid-\d+$")
                    self.assertIsNotNone(machine["verdict"])
                self.assertEqual(len({machine["name"] for machine in data["machines"]}), len(data["machines"]))
        names = json.loads(run("--report", "--json", "--demo", "--include-names").stdout)
        self.check_contract(names, True)
        self.assertFalse([machine for machine in names["machines"] if machine["name"].startswith("machine-")])

    def test_names(self):
        """A computer that is full of names tells none of them, in either form, and all that it may with --include-names."""
        user, host = getpass.getuser(), socket.gethostname()
        secrets = ["xanthippe", "wolpertinger", "SERIAL-4711", "bigbank.example", "geheim"]
        uris = ["qemu+ssh://xanthippe@vm.bigbank.example/system?keyfile=/home/xanthippe/.ssh/geheim",
                "qemu:///session?socket=/home/xanthippe/geheim-sock", "esx://root@bigbank.example/dc-geheim/",
                "test:///home/xanthippe/geheim.xml"]
        with tempfile.TemporaryDirectory(prefix="nestbox-xanthippe-") as root:
            write_names(root, user, host)
            arguments = ["--root", root]
            for uri in uris:
                arguments += ["--connect", uri]
            for form in ([], ["--json"]):
                with self.subTest(form):
                    result = run("--report", *form, *arguments)
                    self.assertEqual(result.returncode, 3, result.stderr)
                    for secret in secrets + [root, f"-{host}.conf"] + ([f"/{user}-"] if user != "root" else []):
                        self.assertNotIn(secret, result.stdout)
            data = json.loads(result.stdout)
            self.check_contract(data)
            self.assertEqual([check["level"] for check in data["checks"] if check["id"] == "denials"], ["warn"])
            self.assertEqual(data["decided-by"]["kind"], "file")
            uris_told = [connection["uri"] for connection in data["connections"]]
            self.assertRegex(" ".join(uris_told),
                             r"^qemu\+ssh://host-\d/system qemu:///session esx://host-\d/path-1 test:///path-2$")
            self.assertEqual([connection["local"] for connection in data["connections"]], [False, True, False, True])
            self.assertEqual([(holder["command"], holder["machine"]) for holder in data["holders"]], [("command-1", "machine-1")])

            data = json.loads(run("--report", "--json", "--include-names", *arguments).stdout)
            self.check_contract(data)
            self.assertEqual([connection["uri"] for connection in data["connections"]], uris)
            self.assertEqual(data["holders"][0]["machine"], "xanthippe-pc")
            self.assertIn("(", run("--report", "--include-names", *arguments).stdout)

    def test_values(self):
        data, _ = report("until-restart-other-file")
        self.assertEqual(data["decided-by"], {"kind": "file", "why": "value", "file": "/etc/modprobe.d/zzz-site.conf", "line": 3})
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
