"""What builtins do with their arguments."""

import pytest

from interposer_shell.evaluating import builtin_words, effect
from interposer_shell.reader import read
from interposer_shell.refusal import ShellSyntaxError
from interposer_shell.word import literal

pytestmark = pytest.mark.suite("shell-reader")


def words(text: str):
    """Static words."""
    return [literal(word) for word in text.split()]


@pytest.mark.parametrize(
    ("text", "sets"),
    [
        ("read x y", ("x", "y")),
        ("read -r -a x", ("x",)),
        ("read", ("REPLY",)),
        ("read -p x y", ("y",)),
        ("printf -v x a", ("x",)),
        ("printf a", ()),
        ("getopts a x", ("x", "OPTARG", "OPTIND")),
        ("mapfile -t x", ("x",)),
        ("mapfile", ("MAPFILE",)),
        ("unset x", ("x",)),
        ("source f", ("*",)),
        ("cd x", ("PWD", "OLDPWD")),
        ("let x=y+1", ("x", "y")),
        ("wait -p x", ("x",)),
        ("declare x=1 y", ("x", "y")),
        ("ls x", ()),
        ("trap - EXIT", ()),
        ("command", ()),
    ],
)
def test_names_that_are_set(text, sets) -> None:
    """Each builtin says which variables it sets."""
    assert effect(words(text)).sets == sets


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("builtin eval a", "eval a"),
        ("command -p eval a", "eval a"),
        ("command -- a", "a"),
        ("command builtin a", "a"),
        ("a b", "a b"),
    ],
)
def test_prefixes_are_seen_through(text, rest) -> None:
    """`builtin` and `command` with their options stand in front of the real name."""
    assert builtin_words(words(text)) == words(rest)


def test_command_v_runs_nothing() -> None:
    """`command -v NAME` only looks the name up."""
    assert builtin_words(words("command -v eval")) is None


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("hash -p /x ls", "rebinding"),
        ("enable -f x.so y", "rebinding"),
        ("BASH_CMDS[ls]=/x", "rebinding"),
        ("set -o posix", "option"),
        ("set -ek", "option"),
        ("set $x", None),
        ("set -e$x", "option"),
        ("shopt -s $x", "option"),
        ("POSIXLY_CORRECT=1", "option"),
        ("shopt -s expand_aliases; alias a=b", "alias"),
        ("alias a=b", None),
        ("set -- -k", None),
        ("enable -n echo", None),
        ("BASH_ALIASES[ls]=x", "rebinding"),
        ("set -eo pipefail", None),
        ("hash --help", None),
    ],
)
def test_rebinding_and_options(text, code) -> None:
    """What changes the meaning of the rest is refused, its harmless twin is read."""
    if code is None:
        assert read(text)
        return
    with pytest.raises(ShellSyntaxError) as refusal:
        read(text)

    assert refusal.value.code == code
