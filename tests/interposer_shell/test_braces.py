"""Brace expansion by bash's own steps."""

import subprocess

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from interposer_shell.braces import MAX_WORDS, TooManyWordsError, expand
from interposer_shell.tree import Bare

pytestmark = pytest.mark.suite("shell-reader")


def words(text: str) -> list[str]:
    """The words that an unquoted text gives."""
    return [
        "".join(piece.text if isinstance(piece, Bare) else str(piece) for piece in pieces)
        for pieces in expand((Bare(text),))
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{a,b}c", ["ac", "bc"]),
        ("{a},b}", ["a}", "b"]),
        ("x{1..3}", ["x1", "x2", "x3"]),
        ("{03..1}", ["03", "02", "01"]),
        ("{a..c..2}", ["a", "c"]),
        ("{}", ["{}"]),
        ("{a", ["{a"]),
        ("{a,{b,c}d}", ["a", "bd", "cd"]),
        ("{,a}", ["", "a"]),
        ("{a..1}", ["{a..1}"]),
        ("{1..2..x}{a,b}", ["{1..2..x}a", "{1..2..x}b"]),
    ],
)
def test_words_come_in_the_order_of_bash(text, expected) -> None:
    """Lists, nested lists and sequences expand; everything else stays."""
    assert words(text) == expected


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from(list("{}{},,..ab19-")), min_size=1, max_size=12).map("".join))
def test_bash_expands_the_same(text) -> None:
    """Any mixture of braces, commas and dots gives the words that bash gives."""
    done = subprocess.run(["/bin/bash", "-c", f"printf '<%s>' {text}"], capture_output=True, text=True, check=True)

    assert "".join(f"<{word}>" for word in words(text) if word) == done.stdout.replace("<>", "")


@pytest.mark.parametrize("text", [f"{{1..{MAX_WORDS + 1}}}", "{a,b}" * 12, "{1..99999999999}", "{" * 5000])
def test_too_many_words_are_not_made(text) -> None:
    """A word that would give too many words says so at once."""
    with pytest.raises(TooManyWordsError):
        expand((Bare(text),))
