"""What is refused by its characters alone."""

import pytest

from interposer_shell.refusal import ShellSyntaxError
from interposer_shell.screen import MAX_LENGTH, screen

pytestmark = pytest.mark.suite("shell-reader")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("ls\r", "control-character"),
        ("a\x00b", "control-character"),
        ("a\x0b#b", "control-character"),
        ("a\u00a0b", "unicode-space"),
        ("\ufeffls", "unicode-space"),
        ("a\u200bb", "unicode-space"),
        ("a\x85b", "unicode-space"),
        ("a\udcffb", "not-utf8"),
        ("a" * (MAX_LENGTH + 1), "too-large"),
    ],
)
def test_invisible_characters_are_refused(text, code) -> None:
    """Each is refused with its own code."""
    with pytest.raises(ShellSyntaxError) as refusal:
        screen(text)

    assert refusal.value.code == code


@pytest.mark.parametrize("text", ["", "a\tb\nc", "é 🙂 ü", "a" * MAX_LENGTH])
def test_ordinary_text_passes(text) -> None:
    """Tab, newline and printable characters of any script are fine."""
    assert screen(text) is None
