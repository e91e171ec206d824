"""The commands of a request as they were read."""

import pytest

from interposer.cli.asking import Asker, request_of
from interposer.cli.reading import reading_json, word_json
from interposer_shell.word import Unknown, Word, literal

pytestmark = pytest.mark.suite("cli")


def _read(command: str, **fields: str) -> dict:
    request = request_of({"command": command, "cwd": "/home/u/proj", **fields})
    return reading_json(request, Asker().guard(request))


def _words(command: str) -> list[list[object]]:
    return [one["words"] for one in _read(command)["commands"]]


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        (literal("a b"), "a b"),
        (literal(""), ""),
        (Word(("a", Unknown("env", "$x", "x"))), {"unknown": "env", "text": "a$x", "many": False}),
        (Word((Unknown("glob", "*", many=True),)), {"unknown": "glob", "text": "*", "many": True}),
        (Word((Unknown("positional", "$@", "@"),), many=True), {"unknown": "positional", "text": "$@", "many": True}),
    ],
)
def test_a_word(word, expected) -> None:
    """Its text where static, else the first reason why not, its source, and whether it may be several."""
    assert word_json(word) == expected


@pytest.mark.parametrize(
    ("command", "words"),
    [
        ("ls -l; pwd", [["ls", "-l"], ["pwd"]]),
        ("a 'b c' d\\ e", [["a", "b c", "d e"]]),
        ("x=1", []),
        ("", []),
        ("bash -c 'ls a; ls b'", [["bash", "-c", "ls a; ls b"], ["ls", "a"], ["ls", "b"]]),
        ("eval 'ls a'", [["eval", "ls a"], ["ls", "a"]]),
        (
            "find . -exec sh -c 'rm x' \\;",
            [["find", ".", "-exec", "sh", "-c", "rm x", ";"], ["sh", "-c", "rm x"], ["rm", "x"]],
        ),
    ],
)
def test_every_command_that_bash_could_run_is_there(command, words) -> None:
    """Those of texts inside the text too; a bare assignment is no command."""
    assert _words(command) == words


def test_line_and_depth() -> None:
    """Lines count from 1; a substitution is one deeper."""
    commands = _read("ls\necho $(pwd)")["commands"]

    assert [(one["line"], one["depth"]) for one in commands] == [(1, 0), (2, 0), (2, 1)]


@pytest.mark.parametrize(
    ("command", "fields", "code"),
    [
        ("if x", {}, "unterminated"),
        ("a )", {}, "syntax"),
        ("'a", {}, "unterminated"),
        ("echo \0", {}, "control-character"),
        ("a=(1)", {"dialect": "dash"}, "dialect"),
    ],
)
def test_a_text_that_is_not_read_has_the_refusals_code(command, fields, code) -> None:
    """And no commands."""
    assert _read(command, **fields) == {"status": "refused", "code": code, "commands": []}


def test_an_argv_is_one_command() -> None:
    """None of its words is read as syntax."""
    request = request_of({"argv": ["echo", "$x", ";"]})

    assert reading_json(request, Asker().guard(request)) == {
        "status": "read", "code": "", "commands": [{"words": ["echo", "$x", ";"], "line": 1, "depth": 0}],
    }  # fmt: skip
