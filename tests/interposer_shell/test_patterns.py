"""What trimming leaves of a value."""

import pytest

from interposer_shell.lexer import Lexer
from interposer_shell.patterns import trim
from interposer_shell.word import Unknown, Word, literal

pytestmark = pytest.mark.suite("shell-reader")

GLOB = Unknown("glob", "*", many=True)
ENV = Unknown("env", "$d", "d")


@pytest.mark.parametrize(
    ("parts", "operator", "pattern", "left"),
    [
        (("a.txt",), "%", ".txt", "a"),
        (("a.txt",), "%", ".md", "a.txt"),
        (("lib.a",), "#", "lib", ".a"),
        (("d/e/a.b",), "##", "*/", "a.b"),
        (("d/e/a.b",), "%", "/*", "d/e"),
        (("a.tar.gz",), "%", ".*", "a.tar"),
        ((GLOB, ".txt"), "%", ".txt", "*"),
        (("d/", GLOB), "##", "*/", "*"),
        (("d/", GLOB), "%", "/*", "d"),
        (("x", ENV), "#", "x", "$d"),
        (("x", ENV), "#", "y", "x$d"),
        ((ENV, "/a"), "##", "*/", "a"),
        ((ENV,), "##", "*/", None),
        ((ENV,), "%", ".c", None),
        ((ENV,), "%", "/*", None),
        (("x", ENV), "#", "xy", None),
        (("a",), "#", "?", None),
        (("a",), "#", "[a]", None),
    ],
)
def test_what_is_left(parts, operator, pattern, left) -> None:
    """The listed idioms are followed through known text; everything else is not known."""
    operand = Lexer(pattern).word()
    trimmed = trim(Word(parts), operator, operand)

    assert (None if trimmed is None else trimmed.source) == left


def test_an_empty_value_stays_empty() -> None:
    """There is nothing to trim."""
    assert trim(literal(""), "#", Lexer("a").word()) == literal("")
