"""`python -m tests.fuzz --seconds N --seed S`: random texts, read by us and run by bash; prints what was hidden."""

import argparse
import os
import sys
import time

from interposer_shell.reader import read
from interposer_shell.reading import Dialect
from interposer_shell.refusal import ShellSyntaxError
from tests.differential.oracle import Oracle, hidden
from tests.fuzz.generate import Generator


class Count:
    """What a run has done so far."""

    def __init__(self) -> None:
        self.texts = 0
        self.read = 0
        self.executed = 0
        self.failures: list[str] = []

    def __str__(self) -> str:
        return f"{self.texts} texts, {self.read} read, {self.executed} ran something, {len(self.failures)} failures"


def fails(oracle: Oracle, text: str, shell: Dialect, count: Count | None = None) -> bool:
    """Whether bash runs something that the reading does not list, or reading raises what it must not."""
    try:
        reading = read(text, shell)
    except ShellSyntaxError:
        return False
    executed = oracle.executed(text, shell)
    if count is not None:
        count.read += 1
        count.executed += bool(executed)
    return bool(hidden(reading, executed))


def shortest(oracle: Oracle, text: str, shell: Dialect) -> str:
    """The text with everything removed that the failure does not need."""
    size = max(1, len(text) // 2)
    while size:
        at = 0
        while at < len(text):
            shorter = text[:at] + text[at + size :]
            if fails(oracle, shorter, shell):
                text = shorter
            else:
                at += size
        size //= 2
    return text


def run(seed: int, seconds: float, shell: Dialect = "bash", keep_going: int = 5) -> Count:
    """Fuzz for a time; stops after `keep_going` failures."""
    count = Count()
    generator = Generator(seed)
    end = time.monotonic() + seconds
    with Oracle() as oracle:
        while time.monotonic() < end and len(count.failures) < keep_going:
            text = generator.text()
            count.texts += 1
            if fails(oracle, text, shell, count):
                count.failures.append(shortest(oracle, text, shell))
    return count


def main() -> int:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("--seconds", type=float, default=float(os.environ.get("INTERPOSER_FUZZ_SECONDS", "120")))
    parser.add_argument("--seed", type=int, default=int(time.time()))
    parser.add_argument("--shell", choices=["bash", "dash", "zsh"], default="bash")
    chosen = parser.parse_args()
    count = run(chosen.seed, chosen.seconds, chosen.shell)
    sys.stdout.write(f"{chosen.shell}, seed {chosen.seed}: {count}\n")
    for text in sorted(count.failures, key=len):
        sys.stdout.write(f"  {text!r}\n")
    return 1 if count.failures else 0


if __name__ == "__main__":
    sys.exit(main())
