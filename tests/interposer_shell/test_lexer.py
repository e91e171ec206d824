"""Words."""

import pytest

from interposer_shell.grammar import Parser
from interposer_shell.refusal import ShellSyntaxError
from interposer_shell.tree import Arith, Param, Subst

pytestmark = pytest.mark.suite("shell-reader")


@pytest.mark.parametrize(
    ("text", "end"),
    [
        ("a b", 1),
        ("a;b", 1),
        ("a'b c'd e", 7),
        ("a$(b c)d e", 8),
        ("a#b", 3),
        ("a>b", 1),
        ("a\\ b c", 4),
        ("a{b,c}", 6),
    ],
)
def test_a_word_ends_at_a_blank_or_an_operator(text, end) -> None:
    """Quoted and substituted blanks belong to it."""
    assert Parser(text).word().end == end


@pytest.mark.parametrize(
    ("text", "kind", "source"),
    [
        ("$x-", Param, "$x"),
        ("$1a", Param, "$1"),
        ("$@", Param, "$@"),
        ("${x}", Param, "${x}"),
        ("$(a)", Subst, "$(a)"),
        ("`a`", Subst, "`a`"),
        ("<(a)", Subst, "<(a)"),
        ("$((1))", Arith, "$((1))"),
        ("$[1]", Arith, "$[1]"),
    ],
)
def test_what_a_dollar_begins(text, kind, source) -> None:
    """Parameters, substitutions and arithmetic are pieces with their source."""
    piece = Parser(text).word().pieces[0]

    assert (type(piece), piece.source) == (kind, source)


@pytest.mark.parametrize(
    ("text", "delimiter"),
    [("E", ("E", False)), ("'E'", ("E", True)), ('"E"', ("E", True)), ("\\E", ("E", True)), ("E$x", ("E$x", False))],
)
def test_the_delimiter_of_a_here_document_is_not_expanded(text, delimiter) -> None:
    """Quotes go, and say that the body is not expanded."""
    assert Parser(text).here_delimiter() == delimiter


@pytest.mark.parametrize("text", ["", "$(a)", '"a$b"', "`a`", "'a\nb'", '"a'])
def test_a_delimiter_that_is_not_plain_is_refused(text) -> None:
    """Bash prints and reads such a delimiter in ways of its own."""
    with pytest.raises(ShellSyntaxError):
        Parser(text).here_delimiter()


def test_a_missing_word_is_refused() -> None:
    """An operator is no word."""
    with pytest.raises(ShellSyntaxError):
        Parser(";").word()
