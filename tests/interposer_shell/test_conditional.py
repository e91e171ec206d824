"""`[[ ]]`."""

import pytest

from interposer_shell.grammar import Parser
from interposer_shell.reader import read
from interposer_shell.refusal import ShellSyntaxError

pytestmark = pytest.mark.suite("shell-reader")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[[ a ]]", ["a"]),
        ("[[ -n a ]]", ["-n", "a"]),
        ("[[ a == b* ]]", ["a", "==", "b*"]),
        ("[[ a =~ (x|y)+ ]]", ["a", "=~", "(x|y)+"]),
        ("[[ ! a && ( b || c ) ]]", ["a", "b", "c"]),
        ("[[ a < b ]]", ["a", "<", "b"]),
        ("[[ -n == x ]]", ["-n", "==", "x"]),
        ("[[ a == @(b|c) ]]", ["a", "==", "@(b|c)"]),
        ("[[ a\n&& b ]]", ["a", "b"]),
    ],
)
def test_words_and_operators(text, words) -> None:
    """All operands and operators are listed, as written."""
    parser = Parser(text)
    compound = parser.parse().items[0].members[0]

    assert [parser.text[part.start : part.end] for part in compound.parts] == words


@pytest.mark.parametrize(
    "text", ["[[ a", "[[ ]]", "[[ a && ]]", "[[ a == ]]", "[[ ( a ]]", "[[ a b ]]", "[[ a # c\n]]", "[[ a =~ b;c ]]"]
)
def test_what_bash_rejects_is_refused(text) -> None:
    """Missing operands, ends and parentheses are syntax errors."""
    with pytest.raises(ShellSyntaxError) as refusal:
        read(text)

    assert refusal.value.code in {"syntax", "unterminated"}
