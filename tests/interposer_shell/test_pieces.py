"""Lists of pieces."""

import pytest

from interposer_shell.lexer import Lexer
from interposer_shell.pieces import add_bare, add_text, plain_text, source_of
from interposer_shell.tree import Bare

pytestmark = pytest.mark.suite("shell-reader")


def test_equal_kinds_are_joined_and_others_are_not() -> None:
    """Two unquoted or two quoted texts never stand side by side."""
    pieces = []
    for add, text in ((add_bare, "a"), (add_bare, "b"), (add_text, "c"), (add_text, "d"), (add_bare, "e")):
        add(pieces, text)

    assert pieces == [Bare("ab"), "cd", Bare("e")]


@pytest.mark.parametrize(
    ("word", "source", "plain"),
    [("a'b'\"c\"", "abc", "abc"), ('a$x"${y:-z}"', "a$x${y:-z}", "a"), ("$((1+2))b", "$((1+2))b", "b")],
)
def test_the_source_of_a_word_and_its_text(word, source, plain) -> None:
    """The source shows expansions as written, the plain text leaves them out."""
    pieces = Lexer(word).word().pieces

    assert (source_of(pieces), plain_text(pieces)) == (source, plain)
