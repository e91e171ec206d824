"""What other shells read otherwise."""

import pytest

from interposer_shell.reader import read
from interposer_shell.refusal import ShellSyntaxError

pytestmark = pytest.mark.suite("shell-reader")

PORTABLE = (
    'ls -l | head && echo "$x" > f 2>&1',
    'for i in a b; do ls "$i"; done',
    "f() { ls; }; f",
    'x=$(ls); [ -n "$x" ]',
    "cat <<'E'\n$x\nE",
    "case $x in a) ls;; esac",
    "echo ${x:-a} ${x%.c}",
)


@pytest.mark.parametrize("text", PORTABLE)
@pytest.mark.parametrize("dialect", ["sh", "dash", "zsh"])
def test_portable_text_is_read(dialect, text) -> None:
    """Plain POSIX text reads the same for each shell."""
    assert read(text, dialect).commands == read(text).commands


@pytest.mark.parametrize(
    ("dialect", "text"),
    [
        *(
            (dialect, text)
            for dialect in ("sh", "dash", "zsh")
            for text in (
                "echo a &>f b",
                "echo $'\\'; b #'",
                "(( x ))",
                "[[ a ]]",
                "echo {a,b}",
                "ls {v}>f",
                "a |& b",
                "source f",
                "x=(a)",
                "echo <(a)",
                "cat <<<a",
                "time a",
                "coproc a",
                "function f { a; }",
                "echo ${x/a/b}",
                "alias a=b",
                "a >&f",
                "ls 12>f",
            )
        ),
        *(("dash", text) for text in ("echo $RANDOM", "let x=1", "declare x=1")),
        *(
            ("zsh", text)
            for text in (
                "echo =ls",
                "noglob ls",
                "path=/x",
                "echo $x[1]",
                "x='a b'; $x",
                "a &| b",
                ">f",
                "echo }",
                "echo a$=",
                "echo $é",
                "echo $xé",
                "é=1 ls",
                "é[1]=1 ls",
            )
        ),
    ],
)
def test_what_is_read_otherwise_is_refused(dialect, text) -> None:
    """A construct that bash alone reads so is refused for another shell, or bash rejects it too."""
    with pytest.raises(ShellSyntaxError) as refusal:
        read(text, dialect)

    assert refusal.value.code in {"dialect", "syntax"}
