"""The exec layer against none: spawning one program, and workloads of many, each in turns with the same started freely.

    python tests/bench/bench_exec.py [ROUNDS]

Prints one JSON object; `make bench` compares it with the figures of the contract. `exec` is the layer by itself (PATH
without shims), `all` with the shims and the wrapper shell in front of it.
"""

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

TARGETS = {"true-hit": 1.5, "make-j2": 1.15, "git-status-200": 1.25, "loop-500": 1.5}
LOOP = "i=0; while [ $i -lt 500 ]; do /bin/cat /dev/null; i=$((i+1)); done"
STATUS = "i=0; while [ $i -lt 200 ]; do git status --short > /dev/null; i=$((i+1)); done"
WORK = {"loop-500": LOOP, "git-status-200": STATUS, "make-j2": "make -s clean; make -s -j2"}
START = "import sys; from interposer.cli.main import main; sys.exit(main())"
TURNS = 3


def spawned(rounds: int) -> dict[str, float]:
    """Microseconds to start /bin/true, with the same words each time and with new ones."""
    return {
        "true-hit": statistics.median(_spawn(["true"]) for _ in range(rounds)) * 1e6,
        "true-miss": statistics.median(_spawn(["true", str(number)]) for number in range(rounds)) * 1e6,
    }


def _spawn(argv: list[str]) -> float:
    started = time.perf_counter()
    pid = os.posix_spawn("/bin/true", argv, os.environ)
    os.waitpid(pid, 0)
    return time.perf_counter() - started


def measured(rounds: int) -> dict[str, float]:
    """All figures, where this process stands."""
    shims, _, rest = os.environ["PATH"].partition(":")
    plain = dict(os.environ, PATH=rest if shims.endswith("/bin") and "interposer" in shims else os.environ["PATH"])
    found = spawned(rounds)
    for name, text in WORK.items():
        found[name] = _timed(text, plain)
        found[name + "/all"] = _timed(text, dict(os.environ))
    return found


def _timed(text: str, environ: dict[str, str]) -> float:
    started = time.perf_counter()
    subprocess.run(["/bin/sh", "-c", text], env=environ, check=True, stdout=subprocess.DEVNULL)
    return (time.perf_counter() - started) * 1e6


def _project(folder: Path) -> None:
    subprocess.run(["git", "init", "-q", str(folder)], check=True)  # noqa: S607 - as the user has it
    names = [f"f{number}" for number in range(100)]
    for name in names:
        (folder / f"{name}.c").write_text(f"int {name}(int x) {{ return x + 1; }}\n")
    objects = " ".join(f"{name}.o" for name in names)
    (folder / "Makefile").write_text(
        f"all: {objects}\n%.o: %.c\n\t/usr/bin/gcc -c $<\nclean:\n\t/bin/rm -f {objects}\n.PHONY: all clean\n"
    )


def main() -> None:
    """Measure without and within, in turns."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 300
    if os.environ.get("BENCH_INSIDE"):
        json.dump(measured(rounds), sys.stdout)
        return
    runs: dict[str, list[dict[str, float]]] = {"none": [], "within": []}
    with tempfile.TemporaryDirectory() as made:
        project = Path(made) / "project"
        project.mkdir()
        _project(project)
        (Path(made) / "run").mkdir(mode=0o700)
        environ = dict(os.environ, BENCH_INSIDE="1", XDG_STATE_HOME=f"{made}/state", XDG_RUNTIME_DIR=f"{made}/run")
        this = [sys.executable, __file__, str(rounds)]
        within = [sys.executable, "-c", START, "run", "--agent", "bench", "--layers", "exec", "--", *this]
        for _ in range(TURNS):
            for kind, command in (("none", this), ("within", within)):
                done = subprocess.run(command, cwd=project, env=environ, stdout=subprocess.PIPE, check=True)
                runs[kind].append(json.loads(done.stdout))
    found: dict[str, dict[str, object]] = {}
    for name in runs["none"][0]:
        base, ours = (statistics.median(run[name] for run in runs[kind]) for kind in ("none", "within"))
        found[name] = {"none_us": round(base), "us": round(ours), "ratio": round(ours / base, 3)}
        if name in TARGETS:
            found[name] |= {"target": TARGETS[name], "ok": ours / base <= TARGETS[name]}
    sys.stdout.write(json.dumps(found, indent=1) + "\n")


if __name__ == "__main__":
    main()
