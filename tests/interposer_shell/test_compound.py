"""Compound commands."""

import pytest

from interposer_shell.grammar import Parser
from interposer_shell.reader import read
from interposer_shell.refusal import ShellSyntaxError
from interposer_shell.tree import Sequence
from tests.interposer_shell.refused import code_of

pytestmark = pytest.mark.suite("shell-reader")


@pytest.mark.parametrize(
    ("text", "kind", "name", "lists"),
    [
        ("{ a; }", "{", "", 1),
        ("(a)", "(", "", 1),
        ("if a; then b; elif c; then d; else e; fi", "if", "", 5),
        ("while a; do b; done", "while", "", 2),
        ("until a; do b; done", "while", "", 2),
        ("for x in a b; do c; done", "for", "x", 1),
        ("for x; do c; done", "for", "x", 1),
        ("for ((;;)); do c; done", "for((", "", 1),
        ("select x in a; do b; done", "select", "x", 1),
        ("case x in a|b) c;; (d) e;; esac", "case", "", 2),
        ("case x in esac", "case", "", 0),
        ("((1))", "((", "", 0),
        ("((a);b)", "(", "", 1),
        ("for i in 1; { a; }", "for", "i", 1),
    ],
)
def test_kinds_names_and_lists(text, kind, name, lists) -> None:
    """Each compound holds the lists that may run."""
    compound = Parser(text).parse().items[0].members[0]

    assert (compound.kind, compound.name) == (kind, name)
    assert sum(isinstance(part, Sequence) for part in compound.parts) == lists


@pytest.mark.parametrize(
    "text",
    [
        "{ a; ", "{ }", "()", "(a", "if a; then; fi", "if a; then b", "while a; done", "while a; do done",
        "for 1 in a; do b; done", "for x in a; b; done", "case x in a) b", "case x in (esac) a;; esac",
        "if a; fi", "{ a; } b", "fi", "done", "for x in a;; do b; done", "then a", "{ a; }}", "(a) b",
        "if a; then b; fi fi", "for x in* a; do b; done", "case # in x) a;; esac",
        "case x in a) for i\nin b; do c; done;; esac",
    ],
)  # fmt: skip
def test_what_bash_rejects_is_refused(text) -> None:
    """Empty lists, missing reserved words and words behind the end are syntax errors."""
    with pytest.raises(ShellSyntaxError) as refusal:
        read(text)

    assert refusal.value.code in {"syntax", "unterminated"}


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("((a <<E\nb\nE\n); c)", "here-document"),
        ("a <<E; ((b\nc\nE\n); d)", "here-document"),
        ('((a $"b"); c)', "syntax"),
        ("((a); b)", None),
        ("a <<E; ((1\n+ 1))\nb\nE", None),
        ("((1 << 2))", None),
    ],
)
def test_two_subshells_that_bash_reads_twice(text, code) -> None:
    """Bash takes `((` for arithmetic first; a here-document in what it then reads again runs as commands."""
    assert code_of(text) == code
