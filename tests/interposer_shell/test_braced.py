"""Expansions in braces."""

import pytest

from interposer_shell.lexer import Lexer
from interposer_shell.reader import read
from interposer_shell.refusal import ShellSyntaxError

pytestmark = pytest.mark.suite("shell-reader")


@pytest.mark.parametrize(
    ("text", "prefix", "name", "subscript", "op", "operand"),
    [
        ("${x}", "", "x", None, "", None),
        ("${#x}", "#", "x", None, "", None),
        ("${#}", "", "#", None, "", None),
        ("${#-}", "#", "-", None, "", None),
        ("${!x}", "!", "x", None, "", None),
        ("${!x@}", "!", "x", None, "names", None),
        ("${!}", "", "!", None, "", None),
        ("${x:-a b}", "", "x", None, ":-", "a b"),
        ("${x##*/}", "", "x", None, "##", "*/"),
        ("${x/a/b}", "", "x", None, "/", "a/b"),
        ("${x[1]}", "", "x", "1", "", None),
        ("${x[@]:1}", "", "x", "@", ":", "1"),
        ("${x@Q}", "", "x", None, "@Q", ""),
        ("${x^^}", "", "x", None, "^^", ""),
        ("${10}", "", "10", None, "", None),
        ("${x\\\n}", "", "x", None, "", None),
    ],
)
def test_name_subscript_operator_operand(text, prefix, name, subscript, op, operand) -> None:
    """Each part stands in its place."""
    lexer = Lexer(text)
    (piece,) = lexer.word().pieces

    def source(raw):
        return None if raw is None else lexer.text[raw.start : raw.end]

    assert (piece.prefix, piece.name, source(piece.subscript), piece.op, source(piece.operand)) == (
        prefix, name, subscript, op, operand,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("echo ${x", "bad-substitution"),
        ("echo ${}", "bad-substitution"),
        ("echo ${x y}", "bad-substitution"),
        ("echo ${#x:-a}", "bad-substitution"),
        ("echo ${x.y}", "bad-substitution"),
        ("echo ${x[a}", "unterminated"),
        ("echo \"${x:-'a}'}\"", "quote-in-expansion"),
        ('echo "${x#<(a)}"', "quote-in-expansion"),
        ("echo ${x:'1'}", "quote-in-expansion"),
        ("echo ${x['$(a)']}", "hidden-code"),
    ],
)
def test_what_bash_rejects_or_reads_twice_is_refused(text, code) -> None:
    """A form without one fixed reading has none."""
    with pytest.raises(ShellSyntaxError) as refusal:
        read(text)

    assert refusal.value.code == code
