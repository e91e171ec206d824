"""Recorded texts of the development corpora: nothing hidden, little refused, fast."""

import json
import statistics
import subprocess
import time
from collections import Counter

import pytest

from interposer_shell.reader import read
from interposer_shell.refusal import ShellSyntaxError
from tests.conftest import shared
from tests.differential.oracle import hidden

pytestmark = pytest.mark.suite("differential-shared")

# The text of this row was cut at 200 characters when it was recorded: what it ran is not in it.
CUT = {"long line"}
# Run by other tools' rules (`bash -c`, a script that the text writes first), not by the reader of the text itself.
OTHERS = ("bash ", "$0 -c", "source ./s", "| bash", "BASH_ENV=")


def rows(name: str) -> list[dict]:
    """The rows of a corpus, or a skip."""
    folder = shared()
    if folder is None:
        pytest.skip("the development corpora are not here")
    return [json.loads(line) for line in (folder / name).read_text().splitlines()]


def bash_accepts(text: str) -> bool:
    """Whether bash finds no syntax error."""
    return subprocess.run(["/bin/bash", "-n", "-c", text], capture_output=True, check=False).returncode == 0


def executed(row: dict) -> list[tuple[bytes, ...]]:
    """The argv that were recorded, as bytes."""
    return [tuple(argument.encode("latin-1") for argument in argv) for argv in row["executed"]]


@pytest.mark.parametrize("kind", ["structural", "semantic"])
def test_no_recorded_command_is_hidden(kind) -> None:
    """Each recorded argv is in the reading, or the text is refused; of the structural ones few are."""
    chosen = [row for row in rows("data/shell-differentials.jsonl") if row["class"] == kind and row["tag"] not in CUT]
    wrong, refused = [], []
    for row in chosen:
        try:
            reading = read(row["text"])
        except ShellSyntaxError:
            refused.append(row)
            continue
        if hidden(reading, executed(row)) and not (kind == "semantic" and any(part in row["text"] for part in OTHERS)):
            wrong.append(row["text"])

    assert wrong == []
    if kind == "structural":
        accepted = sum(bash_accepts(row["text"]) for row in chosen)
        assert sum(bash_accepts(row["text"]) for row in refused) <= accepted * 0.25


def test_ordinary_work_is_read() -> None:
    """Of the agent and one-liner texts that bash accepts at most one in two hundred is refused."""
    total, refused = Counter(), Counter()
    for row in rows("evals/benign-dev.jsonl"):
        total[row["kind"]] += 1
        try:
            read(row["command"])
        except ShellSyntaxError:
            refused[row["kind"]] += bash_accepts(row["command"])

    assert {kind: refused[kind] <= total[kind] * 0.005 for kind in ("agent", "nl2bash")} == dict.fromkeys(
        ("agent", "nl2bash"), True
    )


def test_a_typical_agent_command_is_read_in_time() -> None:
    """The median agent command takes under 150 microseconds (the best of three, for a busy machine)."""
    texts = [row["command"] for row in rows("evals/benign-dev.jsonl") if row["kind"] == "agent"][:1500]
    read("warm | up")
    medians = []
    for _ in range(3):
        times = []
        for text in texts:
            begin = time.process_time()
            try:
                read(text)
            except ShellSyntaxError:
                continue
            times.append(time.process_time() - begin)
        medians.append(statistics.median(times))

    assert min(medians) < 150e-6
