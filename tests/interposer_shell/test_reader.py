"""The entrance: bounds, and the one error that leaves it."""

import subprocess
import sys
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from interposer_shell.reader import read
from interposer_shell.refusal import REFUSALS, ShellSyntaxError

pytestmark = pytest.mark.suite("shell-reader")

PIECES = st.sampled_from(
    [
        "a",
        " ",
        "\n",
        ";",
        "&",
        "|",
        "<",
        ">",
        "(",
        ")",
        "{",
        "}",
        "[",
        "]",
        "'",
        '"',
        "\\",
        "$",
        "`",
        "#",
        "!",
        "*",
        "?",
        "~",
        "=",
        "$(",
        "${",
        "$((",
        "))",
        "<<E",
        "\nE\n",
        "if ",
        "then ",
        "fi",
        "do ",
        "done",
        "case ",
        "in ",
        "esac",
        "[[ ",
        " ]]",
        "eval ",
        "x",
    ]
)


@settings(max_examples=400, deadline=None)
@given(st.lists(PIECES, max_size=25).map("".join), st.sampled_from(["bash", "dash", "zsh"]))
def test_nothing_but_its_own_error_is_raised(text, dialect) -> None:
    """Any mixture of shell's pieces is read or refused with a code of the table."""
    refused: ShellSyntaxError | None = None
    try:
        read(text, dialect)
    except ShellSyntaxError as error:
        refused = error

    assert refused is None or refused.code in REFUSALS
    assert refused is None or 0 <= refused.span[0] <= refused.span[1] <= len(text)


@pytest.mark.parametrize(
    "text",
    [
        "(" * 10_000,
        "$(" * 10_000,
        'echo "' + '$("' * 10_000,
        "{ " * 10_000,
        "if a; then " * 10_000,
        "${x:-" * 10_000,
        "$((" * 10_000,
        "[[ " + "( " * 10_000,
        "echo " + "a" * 1_000_000,
        "a;" * 90_000,
        "echo " + "a\\\n" * 60_000,
        "((" * 10_000,
        "! " * 50_000 + "(" * 100,
    ],
    ids=lambda text: text[:12],
)
def test_bombs_end_in_a_refusal_at_once(text) -> None:
    """A megabyte, ten thousand nestings or tens of thousands of commands are refused within a second."""
    begin = time.process_time()
    with pytest.raises(ShellSyntaxError):
        read(text)

    assert time.process_time() - begin < 1


@pytest.mark.parametrize(
    "text",
    [
        "echo " + "{" * 50_000,
        "echo " + "[" * 90_000,
        "echo " + "{a,b}" * 30,
        "x=1\n" * 4_000,
        "`" * 10_000,
        "\n" * 190_000,
    ],
)
def test_heavy_texts_are_read_in_time(text) -> None:
    """What is not refused costs no more than a second either."""
    begin = time.process_time()
    read(text)

    assert time.process_time() - begin < 1


def test_importing_the_reader_is_cheap() -> None:
    """Neither the grammar package's own `__init__` nor anything like `rich` comes along."""
    code = "import sys, interposer_shell.reader as r; r.read('a | \"b\"'); print(*sys.modules)"
    modules = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()

    assert not {"tree_sitter_bash", "rich", "tempfile", "asyncio"} & set(modules)
