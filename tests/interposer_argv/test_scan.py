"""What could turn into an option."""

import pytest

from interposer_argv.scan import could_be_option
from interposer_shell.word import Unknown, Word, literal

pytestmark = pytest.mark.suite("argv")

CASES = {
    "variable": (Word((Unknown("env", "$X", "X"),)), True),
    "substitution": (Word((Unknown("computed", "$(x)"),)), True),
    "glob": (Word((Unknown("glob", "*"),), many=True), True),
    "glob-in-a-folder": (Word(("./", Unknown("glob", "*", many=True)), many=True), False),
    "quoted-tail": (Word(("a", Unknown("env", "$X", "X"))), False),
    "unquoted-tail": (Word(("a", Unknown("env", "$X", "X", many=True)), many=True), True),
    "home": (Word((Unknown("env", "~", "HOME"), "/x")), False),
    "other-user": (Word((Unknown("user", "~u", "u"),)), False),
    "process-id": (Word((Unknown("special", "$$", "$"),)), False),
    "loop-over-files": (Word((Unknown("loop", "$f", "f", values=(literal("a"), literal("b"))),)), False),
    "loop-over-options": (Word((Unknown("loop", "$f", "f", values=(literal("a"), literal("-b"))),)), True),
    "empty": (Word(()), False),
}


@pytest.mark.parametrize(("word", "expected"), CASES.values(), ids=CASES)
def test_says_what_could_be_an_option(word, expected) -> None:
    """Only text that can come to begin with a dash could be an option."""
    assert could_be_option(word) == expected
