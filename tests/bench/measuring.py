"""What all figures share: a session to measure in, a clock beside the processor's, one line of the table."""

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

INSIDE = "BENCH_INSIDE"
START = "import sys; from interposer.cli.main import main; sys.exit(main())"


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the table.

    Attributes:
        target: the contract's, as a person reads it.
        found: what was measured, likewise.
        reached: whether this run reached it; a wall clock on a busy machine is no verdict.
        detail: medians, processor time and the like.
    """

    name: str
    target: str
    found: str
    reached: bool
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Took:
    """Seconds of one start: by the wall, and of the processor for the child and, where known, for the broker."""

    wall: float
    cpu: float
    broker: float = 0.0


def started(argv: Sequence[str], env: dict[str, str], broker: int = 0) -> Took:
    """Start, wait, and take the times; an error of the command is one of the measurement."""
    before, began = _ran(broker), time.perf_counter()
    out = [(os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0)]
    pid = os.posix_spawn(argv[0], list(argv), env, file_actions=out)
    _, status, used = os.wait4(pid, 0)
    wall = time.perf_counter() - began
    if status:
        raise RuntimeError(f"{argv}: status {status}")
    return Took(wall, used.ru_utime + used.ru_stime, _ran(broker) - before)


def _ran(pid: int) -> float:
    """Processor seconds of a process so far (proc(5), schedstat)."""
    return int(Path(f"/proc/{pid}/schedstat").read_text().split()[0]) / 1e9 if pid else 0.0


def median(times: Sequence[Took], of: str) -> float:
    """The median in milliseconds."""
    return statistics.median(getattr(took, of) for took in times) * 1e3


def in_session(module: str, rounds: int, *run: str) -> Any:
    """What `module` prints as JSON when it is run in a session of a fresh project."""
    with tempfile.TemporaryDirectory() as made:
        project = Path(made) / "project"
        project.mkdir()
        subprocess.run(["git", "init", "-q", str(project)], check=True)  # noqa: S607 - as the user has it
        for number in range(50):
            (project / f"f{number}.txt").write_text("x")
        command = [sys.executable, "-c", START, "run", "--layers", "shell,path", "--agent", "bench", *run, "--"]
        command += [sys.executable, "-m", module, str(rounds)]
        done = subprocess.run(command, cwd=project, env=surroundings(made), stdout=subprocess.PIPE, check=True)
    return json.loads(done.stdout)


def surroundings(made: str) -> dict[str, str]:
    """An environment with state and sockets of its own."""
    (Path(made) / "run").mkdir(mode=0o700, exist_ok=True)
    own = {INSIDE: "1", "XDG_STATE_HOME": f"{made}/state", "XDG_RUNTIME_DIR": f"{made}/run"}
    return dict(os.environ, **own, PYTHONPATH=str(Path(__file__).parents[2]))


def session_folder() -> Path:
    """The folder of the session that this process stands in."""
    return Path(os.environ["PATH"].partition(":")[0]).parent


def by_itself(inside: Callable[[int], object], figures: Callable[[int], Sequence[Figure]], rounds: int) -> None:
    """What a module with a part inside a session does when it is run; its argument stands for `rounds`."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else rounds
    if os.environ.get(INSIDE):
        json.dump(inside(rounds), sys.stdout)
    else:
        alone(figures(rounds))


def alone(figures: Sequence[Figure]) -> None:
    """Print the table of one module."""
    for one in figures:
        mark = "reached" if one.reached else "missed"
        sys.stdout.write(f"{one.name:<52} {one.target:>11} {one.found:>12}  {mark:<8} {one.detail}\n")
    sys.stdout.flush()
