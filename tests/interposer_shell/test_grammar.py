"""Lists and pipelines."""

import pytest

from interposer_shell.grammar import MAX_PREFIXES, Parser
from interposer_shell.reader import read
from interposer_shell.refusal import ShellSyntaxError

pytestmark = pytest.mark.suite("shell-reader")


@pytest.mark.parametrize(
    ("text", "joints"),
    [
        ("a; b", ["", ";"]),
        ("a && b || c", ["", "&&", "||"]),
        ("a & b", ["", "&"]),
        ("a\n\nb", ["", ";"]),
        ("a # x\nb", ["", ";"]),
        ("a &&\n# x\nb", ["", "&&"]),
        ("", []),
        ("# a", []),
    ],
)
def test_joints(text, joints) -> None:
    """Newlines and comments stand where bash lets them stand."""
    assert [item.joined for item in Parser(text).parse().items] == joints


def test_pipes_prefixes_and_background() -> None:
    """A pipeline knows its pipes; `&` reaches back to the beginning of its list."""
    items = Parser("! a | b |& c; d && e &").parse().items

    assert items[0].pipes == ("|", "|&")
    assert [item.background for item in items] == [False, True, True]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("a &&", "unterminated"),
        ("a |", "unterminated"),
        ("a | ; b", "syntax"),
        ("a && ; b", "syntax"),
        ("a;; b", "syntax"),
        ("& a", "syntax"),
        (")", "syntax"),
        ("a & && b", "syntax"),
        ("a; || b", "syntax"),
        ("|| b", "syntax"),
        ("a | in", "syntax"),
        ("in", "syntax"),
        ("! ]]", "syntax"),
        ("echo $([[ -n ]])", "syntax"),
        ("! " * (MAX_PREFIXES + 2) + "a", "too-deep"),
        ("!(a)", "extended-pattern"),
        ("echo $(cat <<E; b\nx\nE\n)", "here-document"),
        ("echo $(cat <<E)\nE", "here-document"),
    ],
)
def test_what_is_refused(text, code) -> None:
    """What bash rejects, or prints and reads again, is not read."""
    with pytest.raises(ShellSyntaxError) as refusal:
        read(text)

    assert refusal.value.code == code
