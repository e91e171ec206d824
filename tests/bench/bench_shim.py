"""Shim, broker and real judging against starting the tool directly: p50 of interleaved starts, in one session.

    python tests/bench/bench_shim.py [ROUNDS]

Prints one JSON object; `make bench` compares it with the figures of the contract.
"""

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

TARGETS = {"git-status": 1.35, "find-name": 1.35, "bash-c-pipe": 1.5}


def inside(rounds: int) -> dict[str, dict[str, float]]:
    """Measured in the session: each command by its shim and by its absolute path, in turns."""
    shims, _, rest = os.environ["PATH"].partition(":")
    direct = dict(os.environ, PATH=rest)
    commands = {
        "git-status": ["git", "status", "--short"],
        "find-name": ["find", ".", "-name", "x"],
        "bash-c-pipe": ["bash", "-c", "ls | head"],
        "sleep-0": ["sleep", "0"],
    }
    found = {}
    for name, argv in commands.items():
        tool = next(f"{entry}/{argv[0]}" for entry in rest.split(":") if os.access(f"{entry}/{argv[0]}", os.X_OK))
        shimmed, plain = [f"{shims}/{argv[0]}", *argv[1:]], [tool, *argv[1:]]
        times: dict[str, list[float]] = {"shim": [], "direct": []}
        for _ in range(rounds):
            times["shim"].append(_timed(shimmed, dict(os.environ)))
            # The pipe's own tools are found by name too: without shims for the direct figure.
            times["direct"].append(_timed(plain, direct))
        shim, base = statistics.median(times["shim"]), statistics.median(times["direct"])
        found[name] = {"shim_us": round(shim * 1e6), "direct_us": round(base * 1e6), "ratio": round(shim / base, 3)}
    return found


def _timed(argv: list[str], env: dict[str, str]) -> float:
    started = time.perf_counter()
    pid = os.posix_spawn(argv[0], argv, env, file_actions=[(os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0)])
    _, status = os.waitpid(pid, 0)
    took = time.perf_counter() - started
    assert status == 0, (argv, status)
    return took


def main() -> None:
    """Measure inside a session of a fresh project."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 300
    if os.environ.get("BENCH_INSIDE"):
        json.dump(inside(rounds), sys.stdout)
        return
    with tempfile.TemporaryDirectory() as made:
        project = Path(made) / "project"
        project.mkdir()
        subprocess.run(["git", "init", "-q", str(project)], check=True)  # noqa: S607 - as the user has it
        for number in range(50):
            (project / f"f{number}.txt").write_text("x")
        environ = dict(os.environ, BENCH_INSIDE="1", XDG_STATE_HOME=f"{made}/state", XDG_RUNTIME_DIR=f"{made}/run")
        Path(f"{made}/run").mkdir(mode=0o700)
        start = "import sys; from interposer.cli.main import main; sys.exit(main())"
        command = [sys.executable, "-c", start, "run", "--agent", "bench", "--", sys.executable, __file__, str(rounds)]
        done = subprocess.run(command, cwd=project, env=environ, stdout=subprocess.PIPE, text=True, check=True)
    found = json.loads(done.stdout)
    for name, target in TARGETS.items():
        found[name]["target"] = target
        found[name]["ok"] = found[name]["ratio"] <= target
    sys.stdout.write(json.dumps(found, indent=1) + "\n")


if __name__ == "__main__":
    main()
