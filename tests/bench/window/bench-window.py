#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the window costs, under Xvfb: the first frame, an idle window, a thousand machines. Prints, and asserts nothing.

bench-window.py first-frame   from exec to the first frame, in turn with an empty libadwaita window: medians and their ratio
bench-window.py idle          wake-ups of a window that nobody touches
bench-window.py machines      1,000 machines listed, scrolled, searched; memory and idle processor time, an empty window's
                              and virt-manager's: medians

$NB_BENCH_NESTBOX is another Nestbox to measure, as it was before a change.
"""

import contextlib
import os
import pathlib
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time

BUILD = pathlib.Path(os.environ["NB_BUILDDIR"])
HERE = BUILD / "tests" / "bench" / "window"
sys.path.insert(0, str(pathlib.Path(os.environ["NB_SRCDIR"]) / "tests" / "ui"))
from nbui import Screen  # noqa: E402

PAIRS = int(os.environ.get("NB_BENCH_PAIRS", "15"))
MACHINES = int(os.environ.get("NB_BENCH_MACHINES", "1000"))
RUNS = int(os.environ.get("NB_BENCH_RUNS", "5"))
PEER_RUNS = int(os.environ.get("NB_BENCH_PEER_RUNS", "1"))
IDLE_SECONDS = int(os.environ.get("NB_BENCH_IDLE", "20"))
NESTBOX = [os.environ.get("NB_BENCH_NESTBOX", str(BUILD / "src" / "nestbox"))]


class Program:
    """One run of a program with a log of its own."""

    def __init__(self, command, *preload, page=None, machines=0):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="nestbox-bench-"))
        self.log = self.folder / "log"
        self.log.touch()
        config = self.folder / "gtk-4.0"
        config.mkdir()
        (config / "settings.ini").write_text("[Settings]\ngtk-enable-animations=0\n")
        environment = dict(
            os.environ, GDK_BACKEND="x11", GSK_RENDERER="cairo", GSETTINGS_BACKEND="keyfile", LC_ALL="C.UTF-8",
            GSETTINGS_SCHEMA_DIR=str(BUILD / "data"), XDG_CONFIG_HOME=str(self.folder), TMPDIR=str(self.folder),
            XDG_CACHE_HOME=str(self.folder), NB_BENCH_LOG=str(self.log), NB_BENCH_MACHINES=str(machines),
            LD_PRELOAD=":".join(str(HERE / library) for library in preload))
        if page is not None:
            settings = self.folder / "glib-2.0" / "settings"
            settings.mkdir(parents=True)
            (settings / "keyfile").write_text(f"[io/github/nestbox/Nestbox]\npage='{page}'\n")
        self.began = time.monotonic()
        self.process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL,
                                        stderr=open(self.folder / "stderr", "w"))
        self.pid = self.process.pid

    def events(self):
        """name: (seconds since it began, value), the last of each name."""
        found = {}
        for line in self.log.read_text().splitlines():
            with contextlib.suppress(ValueError):
                moment, name, value = line.split()
                found[name] = (int(moment) / 1e6 - self.began, int(value))
        return found

    def wait(self, name, seconds=300):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if self.process.poll() is not None:
                raise RuntimeError(f"ended with {self.process.returncode}: {(self.folder / 'stderr').read_text()}")
            found = self.events()
            if name in found:
                return found
            time.sleep(0.02)
        raise RuntimeError(f"no “{name}” after {seconds} s")

    def close(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGKILL)
        self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)

    def pss(self):
        text = pathlib.Path(f"/proc/{self.pid}/smaps_rollup").read_text()
        return next(int(line.split()[1]) for line in text.splitlines() if line.startswith("Pss:")) / 1024

    def cpu(self):
        words = pathlib.Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(words[11]) + int(words[12])) / os.sysconf("SC_CLK_TCK")

    def wakeups(self):
        """thread: how often it woke up so far."""
        counts = {}
        for status in pathlib.Path(f"/proc/{self.pid}/task").glob("*/status"):
            with contextlib.suppress(FileNotFoundError):
                counts[status.parent.name] = next(int(line.split()[1]) for line in status.read_text().splitlines()
                                                  if line.startswith("voluntary_ctxt_switches"))
        return counts

    def count_wakeups(self, before):
        """How often its threads woke up since; one that ended meanwhile took its count along, and counts as one."""
        after = self.wakeups()
        return sum(count - before.get(thread, 0) for thread, count in after.items()) + len(before.keys() - after.keys())

    def settle(self):
        """Waits until nothing has happened for two seconds."""
        last = None
        for _ in range(120):
            time.sleep(2)
            now = self.wakeups()
            if now == last:
                return True
            last = now
        return False


def first_frame():
    programs = {
        "an empty window": [str(HERE / "bench-empty")],
        "nestbox --demo": [*NESTBOX, "--demo"],
        "nestbox": NESTBOX,
    }
    times = {name: [] for name in programs}
    work = {name: [] for name in programs}
    for turn in range(PAIRS + 1):
        for name, command in programs.items():
            program = Program(command, "libnb-bench-loop.so", "libnb-bench-window.so")
            try:
                seconds, worked = program.wait("frame")["frame"]
            finally:
                program.close()
            if turn > 0:  # the first fills the caches
                times[name].append(seconds * 1000)
                work[name].append(worked / 1000)
    for name in programs:
        # Each with the empty one of its own turn: what else the computer did then, it did to both.
        ratios = [[mine / empty for mine, empty in zip(values[name], values["an empty window"])]
                  for values in (times, work)]
        print(f"first frame of {name}: {statistics.median(times[name]):.0f} ms ({min(times[name]):.0f} to "
              f"{max(times[name]):.0f}), {statistics.median(ratios[0]):.2f} times an empty one; of processor time "
              f"{statistics.median(work[name]):.0f} ms, {statistics.median(ratios[1]):.2f} times")


def idle():
    for name, command in {"nestbox --demo": [*NESTBOX, "--demo"], "nestbox": NESTBOX}.items():
        for page in ("computer", "machines"):
            program = Program(command, "libnb-bench-loop.so", "libnb-bench-window.so", page=page)
            try:
                program.wait("frame")
                settled = program.settle()
                wakeups, cpu = program.wakeups(), program.cpu()
                time.sleep(IDLE_SECONDS)
                print(f"idle {name}, page {page}: {program.count_wakeups(wakeups)} wake-ups and "
                      f"{(program.cpu() - cpu) * 1000:.0f} ms of processor time in {IDLE_SECONDS} s"
                      f"{'' if settled else ' (it never came to rest)'}")
            finally:
                program.close()


def write_machines(path):
    machines = "".join(
        f"<domain type='test'><name>machine-{i}</name><uuid>b0000000-0000-4000-8000-{i:012}</uuid>"
        "<memory>8192</memory><vcpu>2</vcpu><os><type>hvm</type></os>"
        "<cpu mode='host-passthrough' check='none'/></domain>\n" for i in range(MACHINES))
    path.write_text(f"<node>\n{machines}</node>\n")


def memory(command):
    """Of a window that has come to rest."""
    program = Program(command, "libnb-bench-loop.so", "libnb-bench-window.so")
    try:
        program.wait("frame")
        program.settle()
        return program.pss()
    finally:
        program.close()


def rest(program):
    """Processor time in percent of a core and wake-ups a second, while nobody touches the window."""
    cpu, wakeups = program.cpu(), program.wakeups()
    time.sleep(IDLE_SECONDS)
    return (program.cpu() - cpu) / IDLE_SECONDS * 100, program.count_wakeups(wakeups) / IDLE_SECONDS


def one_run(command):
    """name: value of one window with all machines: milliseconds, MiB, counts."""
    program = Program(command, "libnb-bench-loop.so", "libnb-bench-window.so", page="machines", machines=MACHINES)
    try:
        found = program.wait("done")
        values = {name: moment * 1000 for name, (moment, _) in found.items() if name in ("frame", "listed")}
        for phase in PHASES:
            for what, unit in {"stall": 1000, "work": 1000, "long": 1, "long-work": 1}.items():
                values[f"{phase}-{what}"] = found[f"{phase}-{what}"][1] / unit
        program.settle()
        values["pss"] = program.pss()
        values["cpu"], values["wakeups"] = rest(program)
        return values
    finally:
        program.close()


def peer_run(command):
    """The same of virt-manager, which never rests and cannot be asked: a minute is enough for its list."""
    program = Program(command, "libnb-bench-loop.so")
    try:
        time.sleep(60)
        values = {"pss": program.pss()}
        values["cpu"], values["wakeups"] = rest(program)
        lines = [line.split() for line in program.log.read_text().splitlines()]
        stall, work = ([int(line[2]) for line in lines if len(line) == 3 and line[1] == name]
                       for name in ("stall", "work"))
        return values | {"stall": max(stall, default=0) / 1000, "long": len(stall), "work": max(work, default=0) / 1000}
    finally:
        program.close()


PHASES = {
    "list": "until all are listed",
    "settle": "then",
    "scroll": "from top to bottom in 400 frames",
    "search": "search, letter by letter",
    "clear": "all again",
}


def machines():
    with tempfile.TemporaryDirectory(prefix="nestbox-bench-") as folder:
        path = pathlib.Path(folder) / "machines.xml"
        write_machines(path)
        uri = f"test://{path}"
        root = pathlib.Path(os.environ["NB_BENCH_ROOT"])
        runs = [one_run([*NESTBOX, "--root", str(root), "--connect", uri]) for _ in range(RUNS)]
        mine = {name: statistics.median(run[name] for run in runs) for name in runs[0]}
        empty = statistics.median(memory([str(HERE / "bench-empty")]) for _ in range(3))

        print(f"medians of {RUNS} runs with {MACHINES} machines")
        print(f"first frame after {mine['frame']:.0f} ms, all listed after {mine['listed']:.0f} ms")
        for phase, words in PHASES.items():
            print(f"{words}: longest stall {mine[phase + '-stall']:.1f} ms "
                  f"({min(run[phase + '-stall'] for run in runs):.1f} to {max(run[phase + '-stall'] for run in runs):.1f}; "
                  f"{mine[phase + '-long']:.0f} over 16.7 ms), of work {mine[phase + '-work']:.1f} ms "
                  f"({mine[phase + '-long-work']:.0f} over 16.7 ms)")
        print(f"memory (PSS): {mine['pss']:.0f} MiB, of which an empty window has {empty:.0f}")
        print(f"idle: {mine['cpu']:.1f} % of a core, {mine['wakeups']:.1f} wake-ups a second")

        if shutil.which("virt-manager") is None:
            print("virt-manager is not installed (tests/install-packages bench)")
            return
        peers = [peer_run(["/usr/bin/virt-manager", "--connect", uri, "--no-fork"]) for _ in range(PEER_RUNS)]
        peer = {name: statistics.median(run[name] for run in peers) for name in peers[0]}
        print(f"virt-manager, {PEER_RUNS} run(s) of {60 + IDLE_SECONDS} s: longest stall {peer['stall']:.0f} ms "
              f"({peer['long']:.0f} over 16.7 ms), of work {peer['work']:.0f} ms; {peer['pss']:.0f} MiB; idle "
              f"{peer['cpu']:.1f} % of a core, {peer['wakeups']:.1f} wake-ups a second")
        print(f"memory: {mine['pss'] / peer['pss']:.2f} of virt-manager’s, an empty window {empty / peer['pss']:.2f}")


if __name__ == "__main__":
    screen = Screen()
    try:
        {"first-frame": first_frame, "idle": idle, "machines": machines}[sys.argv[1]]()
    finally:
        screen.close()
