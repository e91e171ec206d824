"""A tool without a rule."""

import pytest

from tests.interposer.judging import effects, judge

pytestmark = pytest.mark.suite("unfold")

TABLE = {
    "plain": ("frob a b", []),
    "option-with-shell": (
        "frob --exec 'sh -c id'",
        ["run:commands sh -c id via option by --exec dangerous", "run id job"],
    ),
    "option-with-path": ("frob --hook=./x", ["run:commands ./x via option by --hook dangerous"]),
    "option-with-a-word": ("frob --exec id", []),
    "option-with-shell-syntax": ("frob --command 'a; b'", ["shell:commands a; b via option by --command dangerous"]),
    "shell-operand": ("frob sh -c id", ["run sh dangerous"]),
    "shell-as-a-word": ("frob sh", []),
    "command-line": ("frob '/bin/sh -c id'", ["run /bin/sh -c id dangerous"]),
    "carrier": ("frob 'exec:id'", ["run exec:id dangerous"]),
    "bang": ("frob -e '!id'", ["run !id dangerous"]),
    "names-only": ("man bash", []),
}


@pytest.mark.parametrize(("line", "expected"), TABLE.values(), ids=TABLE)
def test_what_looks_like_a_command_is_suspected(line, expected) -> None:
    """A shell, a command line, or an option that names a program."""
    assert effects(judge(line)) == expected
