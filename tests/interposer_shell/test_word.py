"""Words as values."""

import pytest

from interposer_shell.word import Unknown, Word, literal, merged

pytestmark = pytest.mark.suite("shell-reader")

X = Unknown("env", "$x", "x")


@pytest.mark.parametrize(
    ("word", "text", "head", "source"),
    [
        (literal("a"), "a", "a", "a"),
        (literal(""), "", "", ""),
        (Word(("a", X, "b")), None, "a", "a$xb"),
        (Word((X, "b")), None, "", "$xb"),
    ],
)
def test_text_head_and_source(word, text, head, source) -> None:
    """Text is known only where all of it is static."""
    assert (word.text, word.head, word.source) == (text, head, source)


def test_dropping_static_characters() -> None:
    """Only what is static at the beginning can be dropped."""
    assert Word(("ab", X)).drop(2) == Word((X,))
    assert Word(("ab", X)).drop(1) == Word(("b", X))
    with pytest.raises(ValueError, match="not static"):
        Word((X,)).drop(1)


@pytest.mark.parametrize(
    ("parts", "joined"), [(["a", "b", X, "", "c"], ("ab", X, "c")), ([], ()), ([""], ()), ([X, X], (X, X))]
)
def test_static_pieces_are_joined(parts, joined) -> None:
    """Two of them never stand side by side, and empty ones vanish."""
    assert merged(parts) == joined
