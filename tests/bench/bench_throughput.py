"""Decisions a second of one broker with 8 clients and mixed real commands, and its memory after many of them."""

import os
import shlex
import socket
import statistics
import time
from pathlib import Path

from interposer.broker import frames
from interposer.broker.frames import HAS_CWD, Ask
from tests.bench.measuring import Figure, by_itself, in_session, session_folder

CLIENTS, PARTS = 8, 5
DECISIONS = 20_000
RATE, MEGABYTES = 3000, 120
MIXED = [
    "git status --short", "git diff HEAD~1 -- src", "git log --oneline -20", "find . -name '*.py' -not -path './x/*'",
    "grep -rn needle src", "ls -la", "cat a.txt", "head -50 a.txt", "sed -n '1,20p' a.txt", "wc -l a.txt",
    "rg -n pattern src", "python3 -m pytest -q", "make test", "go test ./...", "bash -c 'ls | head'",
    "bash -c 'cd src && git add -A && git commit -q -m x'", "find . -name x -exec grep -l y {} ;", "sort -u a.txt",
    "mkdir -p build", "cp a.txt b.txt", "tar -czf a.tgz src", "curl -s http://localhost:8000/", "xargs -n1 echo",
]  # fmt: skip


def client(folder: str, count: int, number: int) -> None:
    """Ask `count` times; every tenth command is one that was never asked before."""
    cwd, here = str(Path.cwd()), os.open(".", os.O_PATH)
    environ = tuple(os.fsencode(f"{name}={value}") for name, value in os.environ.items())
    for turn in range(count):
        argv = shlex.split(MIXED[(turn + number) % len(MIXED)])
        if turn % 10 == 0:
            argv.append(f"new-{number}-{turn}")
        ask = Ask(f"{folder}/bin/{argv[0]}".encode(), cwd.encode(), tuple(map(os.fsencode, argv)), environ, HAS_CWD)
        with socket.socket(socket.AF_UNIX) as connection:
            connection.connect(f"{folder}/s.sock")
            socket.send_fds(connection, [frames.encode_ask(ask)], [here])
            if connection.recv(1 << 16)[:4] != frames.REPLY:
                raise RuntimeError("no reply")


def inside(decisions: int) -> dict[str, list[float]]:
    """Rate, processor microseconds of the broker a decision, and memory, part by part."""
    broker = Path(f"/proc/{os.getppid()}")
    told: dict[str, list[float]] = {"rate": [], "us": [], "memory": []}
    each = decisions // PARTS // CLIENTS
    for _ in range(PARTS):
        ran, began = int((broker / "schedstat").read_text().split()[0]), time.perf_counter()
        _together(each)
        told["rate"].append(each * CLIENTS / (time.perf_counter() - began))
        told["us"].append((int((broker / "schedstat").read_text().split()[0]) - ran) / 1000 / each / CLIENTS)
        resident = next(line for line in (broker / "status").read_text().splitlines() if line.startswith("VmRSS"))
        told["memory"].append(int(resident.split()[1]) / 1024)
    return told


def _together(each: int) -> None:
    clients = []
    for number in range(CLIENTS):
        pid = os.fork()
        if pid == 0:
            client(str(session_folder()), each, number)
            os._exit(0)
        clients.append(pid)
    if any(os.waitpid(pid, 0)[1] for pid in clients):
        raise RuntimeError("a client failed")


def figures(decisions: int = DECISIONS) -> list[Figure]:
    """Rate and memory."""
    found = in_session("tests.bench.bench_throughput", decisions)
    rate, memory = statistics.median(found["rate"]), found["memory"]
    alone_rate = 1e6 / statistics.median(found["us"])
    detail = f"{alone_rate:.0f} a second of the broker's own processor time"
    grown = f"{decisions} decisions; first part {memory[0]:.0f} MB"
    return [
        Figure("decisions a second, 8 clients, mixed", f">= {RATE}", f"{rate:.0f}", rate >= RATE, detail),
        Figure("broker's memory", f"< {MEGABYTES} MB", f"{max(memory):.0f} MB", max(memory) < MEGABYTES, grown),
    ]


if __name__ == "__main__":
    by_itself(inside, figures, DECISIONS)
