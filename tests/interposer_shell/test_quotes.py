"""Quoting."""

import pytest

from interposer_shell.grammar import Parser
from interposer_shell.lexer import WORD_RUN, Lexer
from interposer_shell.refusal import ShellSyntaxError
from interposer_shell.tree import Bare, Param

pytestmark = pytest.mark.suite("shell-reader")


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("ab c", (Bare("ab"),)),
        ("a'b;c'd", (Bare("a"), "b;c", Bare("d"))),
        ('"a b"c', ("a b", Bare("c"))),
        ("''", ("",)),
        ('""', ("",)),
        ("\\$x", ("$", Bare("x"))),
        ('"\\$x\\a\\""', ('$x\\a"',)),
        ("a\\\nb", (Bare("ab"),)),
        ('"a\\\nb"', ("ab",)),
        ("'a\\\nb'", ("a\\\nb",)),
        ("$'a\\'b'", ("a'b",)),
        ("\\", ("\\",)),
        ('"$x"', (Param("$x", quoted=True, name="x"),)),
        ("$ ", (Bare("$"),)),
    ],
)
def test_quotes_escapes_and_continuations(text, pieces) -> None:
    """Each kind of quote takes what bash lets it take; a continuation vanishes but in single quotes."""
    found = Lexer(text).unquoted(WORD_RUN)

    assert tuple(found) == pieces


@pytest.mark.parametrize("text", ["'a", '"a', '"$(b"', "$'a", '"`a"'])
def test_an_open_quote_is_refused(text) -> None:
    """What bash would go on reading is not read."""
    with pytest.raises(ShellSyntaxError) as refusal:
        Parser(text).word()

    assert refusal.value.code == "unterminated"


def test_text_is_read_by_the_rules_of_double_quotes() -> None:
    """In a here-document double quotes are text and keep their backslash; elsewhere the backslash goes."""
    assert Lexer('a "b" \\$x \\" \\\\').here_pieces() == ['a "b" $x \\" \\']
    assert Lexer('a \\"').double_text() == ['a "']
