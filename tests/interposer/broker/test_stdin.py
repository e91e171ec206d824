"""Where one command of a script on standard input ends."""

import pytest

from interposer.broker.completeness import completeness, shared_reader
from interposer.broker.feeder import units

pytestmark = pytest.mark.suite("broker")

TEXTS = {
    "simple": ("ls\n", "complete"),
    "comment": ("# x\n", "complete"),
    "nothing": ("\n", "complete"),
    "assignment": ("x=1\n", "complete"),
    "background": ("sleep 1 &\n", "complete"),
    "whole-loop": ("for i in a b; do echo $i; done\n", "complete"),
    "whole-heredoc": ("cat <<E\nx\nE\n", "complete"),
    "whole-function": ("f() { ls; }\n", "complete"),
    "never-right": ("echo )\n", "complete"),
    "backslash": ("ls \\\n", "incomplete"),
    "heredoc-without-end": ("cat <<E\nx\n", "incomplete"),
    "heredoc-of-two": ("cat <<A <<B\nx\nA\n", "incomplete"),
    "and": ("ls &&\n", "incomplete"),
    "or": ("ls ||\n", "incomplete"),
    "pipe": ("ls |\n", "incomplete"),
    "single-quote": ("echo 'a\n", "incomplete"),
    "double-quote": ('echo "a\n', "incomplete"),
    "substitution": ("echo $(ls\n", "incomplete"),
    "if": ("if true; then\n", "incomplete"),
    "function-head": ("f()\n", "incomplete"),
    "case": ("case a in\n", "incomplete"),
    "brace": ("{ ls\n", "incomplete"),
}


@pytest.mark.parametrize(("text", "state"), [pytest.param(*row, id=name) for name, row in TEXTS.items()])
def test_completeness(text, state):
    """A text is complete when a line behind it would be a command of its own, or when nothing can mend it."""
    assert completeness(text, "bash") == state


def test_units():
    """Lines are gathered until they are whole; what the end cuts off comes too, and is judged as it is."""
    lines = [b"ls\n", b"cat <<E\n", b"rm -rf /\n", b"E\n", b"echo 'x\n"]
    found = [unit for unit, _ in units(iter(lines), lambda text: completeness(text, "bash"))]

    assert found == [b"ls\n", b"cat <<E\nrm -rf /\nE\n", b"echo 'x\n"]


def test_unit_that_is_too_long():
    """A command of more than 64 kB is given up, and said to be so."""
    states = [state for _, state in units(iter([b"x" * 70_000, b"\n"]), lambda _: "incomplete")]

    assert states[0] == "too long"


READERS = {
    "read": ("read x\n", "read"),
    "read-in-a-loop": ("while read x; do echo $x; done\n", "read"),
    "mapfile": ("mapfile -t a\n", "mapfile"),
    "from-a-file": ("read x < f\n", ""),
    "from-a-pipe": ("ls | while read x; do echo $x; done\n", ""),
    "from-a-heredoc": ("read x <<E\na\nE\n", ""),
    "loop-from-a-file": ("while read x; do echo $x; done < f\n", ""),
    "none": ("ls\n", ""),
}


@pytest.mark.parametrize(("text", "name"), [pytest.param(*row, id=name) for name, row in READERS.items()])
def test_shared_reader(text, name):
    """A builtin that would read the shell's own input is named."""
    assert shared_reader(text, "bash") == name
