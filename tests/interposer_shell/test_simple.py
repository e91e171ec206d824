"""Simple commands, assignments, redirections."""

import pytest

from interposer_shell.reader import read
from interposer_shell.refusal import ShellSyntaxError

pytestmark = pytest.mark.suite("shell-reader")


@pytest.mark.parametrize(
    ("text", "assignments", "words"),
    [
        ("x=1 y=2 a b=3", ["x", "y"], ["a", "b=3"]),
        ("x+=1", ["x"], []),
        ("x[1]=2 a", ["x"], ["a"]),
        ("x=(a b) c", ["x"], ["c"]),
        ("1x=2", [], ["1x=2"]),
        ("export x=1", [], ["export", "x=1"]),
        ("x= a", ["x"], ["a"]),
        (">f x=1 a", ["x"], ["a"]),
        ("a] b", [], ["a]", "b"]),
    ],
)
def test_assignments_stand_in_front(text, assignments, words) -> None:
    """Only in front of the command's name is `NAME=` an assignment."""
    (command,) = read(text).commands

    assert [one.name for one in command.assignments] == assignments
    assert [word.text for word in command.words] == words


@pytest.mark.parametrize(
    ("text", "op", "fd", "target"),
    [
        ("a >f", ">", "", "f"),
        ("a 2>&1", ">&", "2", "1"),
        ("a >&-", ">&", "", "-"),
        ("a &>f", "&>", "", "f"),
        ("a {v}>f", ">", "{v}", "f"),
        ("a <> f", "<>", "", "f"),
        ("a >|f", ">|", "", "f"),
        ("a 2>f", ">", "2", "f"),
        (">f a", ">", "", "f"),
    ],
)
def test_redirections(text, op, fd, target) -> None:
    """Operator, descriptor and target, wherever they stand."""
    ((redirect,), (word,)) = read(text).commands[0].redirects, read(text).commands[0].words

    assert (redirect.op, redirect.fd, redirect.target.text, word.text) == (op, fd, target, "a")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("a >", "syntax"),
        ("a > # f", "syntax"),
        ("a >1>f", "syntax"),
        ("a >{x}<f", "syntax"),
        ("a <<1>f\n1", "syntax"),
        ("a 99999>f", "syntax"),
        ("a >&-b", "descriptor-twice"),
        ("a >& -b", "descriptor-twice"),
        ("a <<# b\n#", "syntax"),
        ("a >&'$x'", "descriptor-twice"),
        ("x=(a", "unterminated"),
        ("x=(a)b", "syntax"),
        ("x=(a;b)", "syntax"),
        ("a (b)", "syntax"),
        ("x=1 f() { a; }", "syntax"),
        ("a!() { b; }", "extended-pattern"),
    ],
)
def test_what_is_refused(text, code) -> None:
    """What bash rejects, or expands twice, is not read."""
    with pytest.raises(ShellSyntaxError) as refusal:
        read(text)

    assert refusal.value.code == code
