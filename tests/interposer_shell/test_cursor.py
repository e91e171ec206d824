"""Positions and line continuations."""

import pytest

from interposer_shell.cursor import MAX_CONTINUATIONS, MAX_DEPTH, Cursor
from interposer_shell.reader import read
from interposer_shell.refusal import ShellSyntaxError

pytestmark = pytest.mark.suite("shell-reader")


def test_places_are_those_of_the_text_as_it_was_given() -> None:
    """A continuation that was cut out still counts."""
    cursor = Cursor("a\\\nb\\\nc")
    cursor.cut(1)
    cursor.cut(2)

    assert cursor.text == "abc"
    assert [cursor.place(offset) for offset in range(3)] == [0, 3, 6]


def test_spans_survive_continuations() -> None:
    """The span of a command covers its text as written."""
    text = "l\\\ns \\\n-l; e\\\ncho"
    spans = [command.span for command in read(text).commands]

    assert [text[start:end] for start, end in spans] == ["l\\\ns \\\n-l", "e\\\ncho"]


def test_blanks_and_continuations_are_skipped() -> None:
    """Both may stand between words."""
    cursor = Cursor(" \t\\\n  a")
    cursor.blank()

    assert cursor.text[cursor.at :] == "a"


def test_bounds() -> None:
    """Too deep or too many continuations end in a refusal with its code."""
    with pytest.raises(ShellSyntaxError) as deep:
        read("{ " * (MAX_DEPTH + 1) + "a" + "; }" * (MAX_DEPTH + 1))
    with pytest.raises(ShellSyntaxError) as many:
        read("echo " + "a\\\n" * (MAX_CONTINUATIONS + 1))

    assert (deep.value.code, many.value.code) == ("too-deep", "too-large")
    assert read("{ " * (MAX_DEPTH - 1) + "a" + "; }" * (MAX_DEPTH - 1))
