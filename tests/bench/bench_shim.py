"""Shim, warm broker and real judging against starting the tool directly: p50 of starts in turns, in one session."""

import os

from tests.bench.measuring import Figure, Took, by_itself, in_session, median, session_folder, started

ROUNDS = 300
_WARM = 5
COMMANDS = {
    "git status": (["git", "status", "--short"], 1.35),
    "find . -name x": (["find", ".", "-name", "x"], 1.35),
    "bash -c 'ls | head' through the wrapper shell": (["bash", "-c", "ls | head"], 1.5),
}


def inside(rounds: int) -> dict[str, dict[str, float]]:
    """Each command by its shim and by its absolute path; medians in milliseconds."""
    return {name: _compared(argv, rounds) for name, (argv, _) in COMMANDS.items()}


def _compared(argv: list[str], rounds: int) -> dict[str, float]:
    shims, rest = session_folder() / "bin", os.environ["PATH"].partition(":")[2]
    # The pipe's own tools are found by name too: without shims for the direct figure.
    direct = dict(os.environ, PATH=rest)
    tool = next(f"{entry}/{argv[0]}" for entry in rest.split(":") if os.access(f"{entry}/{argv[0]}", os.X_OK))
    ours: list[Took] = []
    theirs: list[Took] = []
    for _ in range(rounds + _WARM):
        ours.append(started([f"{shims}/{argv[0]}", *argv[1:]], dict(os.environ), os.getppid()))
        theirs.append(started([tool, *argv[1:]], direct))
    del ours[:_WARM], theirs[:_WARM]
    told = {name: median(ours, name) for name in ("wall", "cpu", "broker")}
    return told | {"direct": median(theirs, "wall"), "direct-cpu": median(theirs, "cpu")}


def figures(rounds: int = ROUNDS) -> list[Figure]:
    """The ratios."""
    return [_figure(name, found) for name, found in in_session("tests.bench.bench_shim", rounds).items()]


def _figure(name: str, found: dict[str, float]) -> Figure:
    ratio, target = found["wall"] / found["direct"], COMMANDS[name][1]
    cpu = (found["cpu"] + found["broker"]) / found["direct-cpu"]
    detail = (
        f"{found['wall']:.2f} against {found['direct']:.2f} ms; processor {cpu:.2f} x, broker {found['broker']:.2f} ms"
    )
    return Figure(name, f"<= {target} x", f"{ratio:.2f} x", ratio <= target, detail)


if __name__ == "__main__":
    by_itself(inside, figures, ROUNDS)
