"""What passes hand on to each other."""

import pytest

from interposer_shell.context import TRAP, Context, Findings
from interposer_shell.reader import read
from interposer_shell.variables import Setting, Spot
from interposer_shell.word import literal

pytestmark = pytest.mark.suite("shell-reader")


def test_passes_agree_when_all_that_they_found_is_equal() -> None:
    """A new setting, function, call or input asks for one more pass."""
    spot = Spot(1, (1,), (), "")
    one, other = Findings(), Findings()

    assert one.agrees(other)
    other.variables.add("x", Setting(spot, literal("a")))
    assert not one.agrees(other)
    one.variables.add("x", Setting(spot, literal("a")))
    assert one.agrees(other)
    one.functions.add("f")
    assert not one.agrees(other)


def test_the_top_of_a_text_is_an_empty_context_and_a_trap_is_no_function_of_the_reading() -> None:
    """Commands in a trap's text show no function."""
    assert Context().depth == 0
    assert all(command.function != TRAP for command in read("trap 'a' EXIT").commands)
