"""The cold path: a start through a shim whose broker is gone, less the tool's own."""

import os
import signal
import time

from tests.bench.measuring import Figure, by_itself, in_session, median, session_folder, started

ROUNDS = 15
MILLISECONDS = 150


def inside(rounds: int) -> dict[str, float]:
    """Medians in milliseconds; the compiled rules are in the session's folder first, as after any session's start."""
    folder, broker = session_folder(), os.getppid()
    for _ in range(300):
        if (folder / "rules.kept").exists():
            break
        time.sleep(0.1)
    os.kill(broker, signal.SIGKILL)
    while os.getppid() == broker:
        time.sleep(0.01)
    git = next(f"{entry}/git" for entry in os.environ["PATH"].split(":")[1:] if os.access(f"{entry}/git", os.X_OK))
    ours, theirs = [], []
    for _ in range(rounds):
        ours.append(started([f"{folder}/bin/git", "--version"], dict(os.environ)))
        theirs.append(started([git, "--version"], dict(os.environ)))
    return {
        "wall": median(ours, "wall") - median(theirs, "wall"),
        "cpu": median(ours, "cpu") - median(theirs, "cpu"),
        "kept": float((folder / "rules.kept").exists()),
    }


def figures(rounds: int = ROUNDS) -> list[Figure]:
    """What it adds."""
    found = in_session("tests.bench.bench_cold", rounds)
    detail = f"processor {found['cpu']:.0f} ms" + ("" if found["kept"] else "; rules were not kept compiled")
    reached = found["wall"] <= MILLISECONDS
    return [Figure("cold path without a broker", f"<= {MILLISECONDS} ms", f"{found['wall']:.0f} ms", reached, detail)]


if __name__ == "__main__":
    by_itself(inside, figures, ROUNDS)
