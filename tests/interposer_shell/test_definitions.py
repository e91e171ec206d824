"""Functions and coprocesses."""

import pytest

from interposer_shell.grammar import Parser
from interposer_shell.reader import read
from interposer_shell.refusal import ShellSyntaxError

pytestmark = pytest.mark.suite("shell-reader")


@pytest.mark.parametrize(
    ("text", "kind", "name"),
    [
        ("f() { a; }", "function", "f"),
        ("function f { a; }", "function", "f"),
        ("function f() { a; }", "function", "f"),
        ("f()\n{ a; }", "function", "f"),
        ("f() (a)", "function", "f"),
        ("f() if a; then b; fi", "function", "f"),
        ("a-b() { a; }", "function", "a-b"),
        ("coproc a b", "coproc", "COPROC"),
        ("coproc N { a; }", "coproc", "N"),
        ("coproc { a; }", "coproc", "COPROC"),
    ],
)
def test_names(text, kind, name) -> None:
    """The name is the function's or the coprocess's."""
    compound = Parser(text).parse().items[0].members[0]

    assert (compound.kind, compound.name) == (kind, name)


@pytest.mark.parametrize(
    "text", ["f()", "f() a", "f( { a; }", "function", "function f a", "coproc", "coproc;", "f() { }", "$(coproc a)"]
)
def test_what_bash_rejects_is_refused(text) -> None:
    """A body is a compound command, and must be there."""
    with pytest.raises(ShellSyntaxError):
        read(text)
