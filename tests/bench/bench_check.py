"""`check --batch` over the benign corpus, `check` of one line, and what `run` takes to start and end a session."""

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.bench.measuring import START, Figure, alone, median, started, surroundings

ROWS = 2000
ROUNDS = 7
_CORPUS = Path(os.environ.get("INTERPOSER_SHARED", Path(__file__).parents[3] / "shared")) / "evals/benign-dev.jsonl"


def figures() -> list[Figure]:
    """All three; the corpus is not in a user's clone, and its line is left out there."""
    with tempfile.TemporaryDirectory() as made:
        env = surroundings(made)
        verb = [sys.executable, "-c", START]
        once = [started([*verb, "run", "--layers", "shell,path", "--", "/bin/true"], env) for _ in range(ROUNDS)]
        line = [started([*verb, "check", "--", "git", "status"], env) for _ in range(ROUNDS)]
        batch = [_batch(verb, env)] if _CORPUS.exists() else []
    return [
        *batch,
        _start("check of one line", line),
        _start("interposer run -- /bin/true", once),
    ]


def _start(name: str, times: list) -> Figure:
    detail = f"processor {median(times, 'cpu'):.0f} ms"
    return Figure(name, "low", f"{median(times, 'wall'):.0f} ms", reached=True, detail=detail)


def _batch(verb: list[str], env: dict[str, str]) -> Figure:
    rows = _CORPUS.read_text().splitlines()
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    done = subprocess.run(
        [*verb, "check", "--batch"], input="\n".join(rows), env=env, capture_output=True, text=True, check=True
    )
    wall, after = time.perf_counter() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
    if len(done.stdout.splitlines()) != len(rows) or not json.loads(done.stdout.splitlines()[-1])["decision"]:
        raise RuntimeError("not every row was answered")
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    rate, detail = len(rows) / wall, f"{len(rows)} rows; {len(rows) / cpu:.0f} rows a second of processor time"
    return Figure("check --batch, benign corpus", f">= {ROWS} /s", f"{rate:.0f} /s", rate >= ROWS, detail)


if __name__ == "__main__":
    alone(figures())
