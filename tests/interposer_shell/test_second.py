"""The second reader."""

import pytest

from interposer_shell.grammar import Parser
from interposer_shell.reader import read
from interposer_shell.second import GAPS, disagreement
from interposer_shell.tree import Sequence

pytestmark = pytest.mark.suite("shell-reader")


def compared(text: str, tree: Sequence | None = None) -> int | None:
    """Where the second reader disagrees with our tree, or with the one given."""
    parser = Parser(text)
    own = parser.parse()
    return disagreement(
        parser.text, own if tree is None else tree, parser.prefixes, {name for name, _ in parser.features}
    )


@pytest.mark.parametrize(
    "text",
    [
        "a | b && c; d & e",
        'a $(b; c) "$(d)" <(e)',
        "if a; then b; fi",
        "EVIL >f 1 2>&1 x",
        "! { a; }",
        "cat <<E | b\n$(x)\nE\nc",
        "while read x; do a; done < <(b)",
        "x=1 y=$(b) c",
        "case a in b) c;; esac",
        "[[ $(a) ]] && b # c",
        "f() { a; }",
    ],
)
def test_the_readers_agree(text) -> None:
    """Commands begin at the same places for both."""
    assert compared(text) is None


@pytest.mark.parametrize("text", ["a; b", "a $(b)", "a | b", "a\n\nb", "a & b", "a && b || c"])
def test_a_hidden_command_is_noticed(text) -> None:
    """A tree that lacks a command that stands in the text disagrees."""
    shorter = Parser("a" + " " * (len(text) - 1)).parse()

    assert compared(text, shorter) is not None


def test_gaps_are_those_of_the_grammar() -> None:
    """Each gap names a construct that our own grammar notes."""
    for text in (
        "for ((;;)); do a; done",
        "for i in 1; { a; }",
        "coproc a",
        "((a); b)",
        "for i do a; done",
        "f() (a)",
        "for i\nin a; do b; done",
        "select i in a; do b; done",
        "if(a)then b; fi",
    ):
        parser = Parser(text)
        parser.parse()

        assert GAPS & {name for name, _ in parser.features}, text
        assert read(text)
