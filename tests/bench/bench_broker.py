"""Decisions a second with 8 clients, the cold path, and memory after many decisions; real judging of mixed commands.

    python tests/bench/bench_broker.py [DECISIONS]

Prints one JSON object.
"""

import json
import os
import shlex
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from interposer.broker import frames
from interposer.broker.frames import HAS_CWD, Ask

CLIENTS = 8
FIGURES = {"decisions_per_second": 3000, "cold_ms": 150, "memory_mb": 120}
MIXED = [
    "git status --short", "git diff HEAD~1 -- src", "git log --oneline -20", "find . -name '*.py' -not -path './x/*'",
    "grep -rn needle src", "ls -la", "cat a.txt", "head -50 a.txt", "sed -n '1,20p' a.txt", "wc -l a.txt",
    "rg -n pattern src", "python3 -m pytest -q", "make test", "go test ./...", "bash -c 'ls | head'",
    "bash -c 'cd src && git add -A && git commit -q -m x'", "find . -name x -exec grep -l y {} ;", "sort -u a.txt",
    "mkdir -p build", "cp a.txt b.txt", "tar -czf a.tgz src", "curl -s http://localhost:8000/", "xargs -n1 echo",
]  # fmt: skip


def client(folder: str, count: int, number: int) -> None:
    """Ask `count` times; every tenth command is one that was never asked before."""
    cwd = str(Path.cwd())
    here = os.open(".", os.O_PATH)
    environ = tuple(os.fsencode(f"{name}={value}") for name, value in os.environ.items())
    for turn in range(count):
        argv = shlex.split(MIXED[(turn + number) % len(MIXED)])
        if turn % 10 == 0:
            argv.append(f"new-{number}-{turn}")
        ask = Ask(f"{folder}/bin/{argv[0]}".encode(), cwd.encode(), tuple(map(os.fsencode, argv)), environ, HAS_CWD)
        with socket.socket(socket.AF_UNIX) as connection:
            connection.connect(f"{folder}/s.sock")
            socket.send_fds(connection, [frames.encode_ask(ask)], [here])
            assert connection.recv(1 << 16)[:4] == frames.REPLY


def inside(decisions: int) -> dict[str, object]:
    """Measured in a session, by its command."""
    folder = str(Path(os.environ["PATH"].partition(":")[0]).parent)
    broker = os.getppid()
    rates, memory = [], []
    for _ in range(5):
        each = decisions // 5 // CLIENTS
        started = time.perf_counter()
        clients = []
        for number in range(CLIENTS):
            pid = os.fork()
            if pid == 0:
                client(folder, each, number)
                os._exit(0)
            clients.append(pid)
        assert all(os.waitpid(pid, 0)[1] == 0 for pid in clients)
        rates.append(each * CLIENTS / (time.perf_counter() - started))
        resident = next(
            line for line in Path(f"/proc/{broker}/status").read_text().splitlines() if line.startswith("VmRSS")
        )
        memory.append(int(resident.split()[1]) / 1024)
    os.kill(broker, 9)
    time.sleep(0.3)
    return {
        "decisions_per_second": round(statistics.median(rates)),
        "memory_mb": [round(m, 1) for m in memory],
        "cold_ms": cold(folder),
    }


def cold(folder: str) -> float:
    """Median of starts through a shim whose broker is gone, less the tool's own."""
    times: dict[str, list[float]] = {f"{folder}/bin/git": [], "/usr/bin/git": []}
    for _ in range(15):
        for path, found in times.items():
            started = time.perf_counter()
            subprocess.run([path, "--version"], stdout=subprocess.DEVNULL, check=True)
            found.append(time.perf_counter() - started)
    shim, plain = (statistics.median(found) for found in times.values())
    return round((shim - plain) * 1000, 1)


def main() -> None:
    """Measure inside a session of a fresh project."""
    decisions = int(sys.argv[1]) if len(sys.argv) > 1 else 20_000
    if os.environ.get("BENCH_INSIDE"):
        json.dump(inside(decisions), sys.stdout)
        return
    with tempfile.TemporaryDirectory() as made:
        project = Path(made) / "project"
        project.mkdir()
        subprocess.run(["git", "init", "-q", str(project)], check=True)  # noqa: S607 - as the user has it
        environ = dict(os.environ, BENCH_INSIDE="1", XDG_STATE_HOME=f"{made}/state", XDG_RUNTIME_DIR=f"{made}/run")
        Path(f"{made}/run").mkdir(mode=0o700)
        start = "import sys; from interposer.cli.main import main; sys.exit(main())"
        command = [
            sys.executable,
            "-c",
            start,
            "run",
            "--agent",
            "bench",
            "--",
            sys.executable,
            __file__,
            str(decisions),
        ]
        done = subprocess.run(command, cwd=project, env=environ, stdout=subprocess.PIPE, text=True, check=False)
    found = json.loads(done.stdout)
    found["figures"] = FIGURES
    found["ok"] = (
        found["decisions_per_second"] >= FIGURES["decisions_per_second"]
        and found["cold_ms"] <= FIGURES["cold_ms"]
        and max(found["memory_mb"]) < FIGURES["memory_mb"]
    )
    sys.stdout.write(json.dumps(found, indent=1) + "\n")


if __name__ == "__main__":
    main()
