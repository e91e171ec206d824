"""The fuzzer, for as long as INTERPOSER_FUZZ_SECONDS says (two minutes in CI)."""

import os
import shutil
import time

import pytest

from tests.differential.oracle import Oracle
from tests.fuzz.__main__ import run, shortest
from tests.fuzz.generate import Generator

pytestmark = pytest.mark.suite("fuzz")

SHELLS = ("bash", "dash")


@pytest.mark.parametrize("shell", ["bash", pytest.param("dash", marks=pytest.mark.suite("fuzz-dialects"))])
def test_a_shell_runs_nothing_that_a_random_text_hides(shell) -> None:
    """No random text runs a command that its reading does not list; the seed stands in the failure."""
    if shutil.which(shell) is None:
        pytest.skip(f"{shell} is not installed: its dialect is not fuzzed")
    seed = int(os.environ.get("INTERPOSER_FUZZ_SEED", str(int(time.time()))))
    count = run(seed, float(os.environ.get("INTERPOSER_FUZZ_SECONDS", "4")) / len(SHELLS), shell)

    assert count.failures == [], f"seed {seed}"
    assert count.executed > 0


def test_a_seed_gives_the_same_texts_again() -> None:
    """A failure can be repeated from its seed."""
    assert [Generator(7).text() for _ in range(1)] == [Generator(7).text() for _ in range(1)]
    assert Generator(7).text() != Generator(8).text()


def test_a_failure_is_made_short(monkeypatch) -> None:
    """Everything that the failure does not need is removed."""
    monkeypatch.setattr("tests.fuzz.__main__.fails", lambda _oracle, text, _shell: "EVIL" in text)
    with Oracle() as oracle:
        assert shortest(oracle, "if true; then EVIL 1; fi | E2 'a b'", "bash") == "EVIL"
