"""The closed table of refusals."""

import re
from pathlib import Path

import pytest

import interposer_shell
from interposer_shell.reader import read
from interposer_shell.refusal import REFUSALS, ShellSyntaxError, refuse

pytestmark = pytest.mark.suite("shell-reader")


def test_every_code_in_the_source_is_in_the_table_and_the_other_way_round() -> None:
    """No refusal carries a code without a cause, and no cause is left over."""
    source = "".join(
        path.read_text() for path in Path(interposer_shell.__file__).parent.glob("*.py") if path.stem != "refusal"
    )

    used = set(re.findall(r'(?:refuse|fail)\(\s*"([a-z0-9-]+)"', source)) | set(
        re.findall(r'refusal="([a-z-]+)"', source)
    )
    used |= set(re.findall(r'"(unterminated)" if', source)) | set(
        re.findall(r'else "(syntax|bad-substitution)"', source)
    )

    assert used == set(REFUSALS)


def test_a_refusal_says_where_and_what() -> None:
    """Code, span and a message of one line in lower case reach the caller."""
    with pytest.raises(ShellSyntaxError) as refusal:
        read("echo a\nls 'b")

    assert (refusal.value.code, refusal.value.span[0]) == ("unterminated", 10)
    assert str(refusal.value).islower()
    assert "\n" not in str(refusal.value)


def test_a_code_outside_the_table_is_a_mistake() -> None:
    """An unknown code cannot be raised."""
    with pytest.raises(KeyError):
        refuse("no-such-code")
