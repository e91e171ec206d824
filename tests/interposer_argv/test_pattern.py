"""Value patterns."""

import pytest

from interposer_argv.pattern import matches, word_matches
from tests.interposer_argv.conftest import word

pytestmark = pytest.mark.suite("argv")


@pytest.mark.parametrize(
    ("pattern", "text", "expected"),
    [
        ("a", "a", True),
        ("a", "ab", False),
        ("a*", "a", True),
        ("a*c", "abbc", True),
        ("*", "", True),
        ("a.c", "abc", False),
        ("a*", "a\nb", True),
        ("[a]*", "a", False),
    ],
)
def test_star_is_any_text_and_nothing_else_is_special(pattern, text, expected) -> None:
    """A pattern matches the whole text."""
    assert matches(pattern, text) == expected


@pytest.mark.parametrize(
    ("pattern", "text", "expected"),
    [("no:*", "no:%X", True), ("no:*", "%X", False), ("*", "%X", True), ("a*b", "a%X", False), ("ab", "a%X", False)],
)
def test_unknown_text_matches_only_where_it_must(pattern, text, expected) -> None:
    """A word with unknown parts fits a pattern only if all that it can become does."""
    assert word_matches((pattern,), word(text)) == expected
