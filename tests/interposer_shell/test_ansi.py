"""ANSI-C quoting."""

import pytest

from interposer_shell.ansi import decode

pytestmark = pytest.mark.suite("shell-reader")


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ("plain", "plain"),
        (r"a\'b", "a'b"),
        (r"\x41\101\u0041\U00000041", "AAAA"),
        (r"a\0b", "a"),
        (r"\cA\e", "\x01\x1b"),
        (r"\q\?\"", '\\q?"'),
        (r"\c\\x", "\x1cx"),
        (r"\n\t\\", "\n\t\\"),
        (r"\xff", "\udcff"),
        (r"\xc3\xa9", "é"),
        (r"\x{41}", None),
        (r"\uD800", None),
        ("", ""),
    ],
)
def test_escapes_mean_what_the_manual_says(body, text) -> None:
    """Each escape gives its character, NUL ends the text, and what has no fixed meaning gives none."""
    assert decode(body) == text
