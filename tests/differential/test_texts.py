"""Our own texts: what bash runs is in the reading, and what other shells run is in theirs."""

import shutil
import tomllib
from pathlib import Path

import pytest

from interposer_shell.reader import read
from interposer_shell.refusal import ShellSyntaxError
from tests.differential.oracle import hidden

pytestmark = pytest.mark.suite("differential")

TEXTS = tomllib.loads((Path(__file__).parent / "texts.toml").read_text())["text"]
LABELS = {"BUG", "DIALECT"}


def code_of(text: str, dialect: str = "bash") -> str | None:
    """The code of the refusal, None where the text is read."""
    try:
        read(text, dialect)
    except ShellSyntaxError as error:
        return error.code
    return None


def test_every_id_is_used_once_and_every_exception_has_a_reason() -> None:
    """The table can be cited by id, and an exception from it is argued."""
    assert len({row["id"] for row in TEXTS}) == len(TEXTS) >= 250
    assert all(row["label"] in LABELS and row["reason"] for row in TEXTS if "label" in row)


@pytest.mark.parametrize("row", TEXTS, ids=lambda row: row["id"])
def test_bash_runs_nothing_that_is_not_listed(row, oracle) -> None:
    """A text is refused as the table says, or every argv that bash runs is in its reading."""
    assert code_of(row["text"]) == row.get("code")
    if "code" in row or "label" in row:
        return

    assert hidden(read(row["text"]), oracle.executed(row["text"])) == []


@pytest.mark.suite("differential-dialects")
@pytest.mark.parametrize("shell", ["dash", "zsh"])
def test_another_shell_runs_nothing_that_is_not_listed(shell, oracle) -> None:
    """What is not refused for dash or zsh is run by it as it was read; enough is read for this to mean something."""
    if shutil.which(shell) is None:
        pytest.skip(f"{shell} is not installed: its dialect is not compared")
    read_texts = [row["text"] for row in TEXTS if code_of(row["text"], shell) is None]

    wrong = {text: found for text in read_texts if (found := hidden(read(text, shell), oracle.executed(text, shell)))}

    assert wrong == {}
    assert len(read_texts) > len(TEXTS) // 3


def test_the_oracle_sees_what_a_wrong_reading_hides(oracle) -> None:
    """The comparison is red where a reading lacks a command."""
    assert hidden(read("E1 a"), oracle.executed("E1 a; EVIL 1")) == [(b"EVIL", b"1")]
