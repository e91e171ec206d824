"""Tools without options."""

import pytest

pytestmark = pytest.mark.suite("argv")


def test_every_word_is_an_operand(lines_of) -> None:
    """Dashes mean nothing to a tool of style `none`."""
    rule = '[grammar]\nstyle = "none"\ncomplete = true\n[operands]\nslots = ["text*"]\n'

    assert lines_of(rule, "-n -- --x %X") == ["text -n", "text --", "text --x", "text %X"]
