"""The words that one word is split into."""

import pytest

from interposer_shell.fields import Fields
from interposer_shell.word import Unknown, literal

pytestmark = pytest.mark.suite("shell-reader")


def sources(fields: Fields) -> list[str]:
    """The words, unknown pieces by their source."""
    return [word.source for word in fields.words()]


@pytest.mark.parametrize(
    ("text", "words"), [("a b", ["xa", "by"]), (" a ", ["x", "a", "y"]), ("", ["xy"]), ("a\n\tb", ["xa", "by"])]
)
def test_a_value_is_split_at_blanks(text, words) -> None:
    """What stands before and behind is joined to the first and the last field."""
    fields = Fields((0, 1))
    fields.text("x")
    fields.split(text)
    fields.text("y")

    assert sources(fields) == words


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("a*.c", ["a", "*", ".c"]),
        ("[ab]c", ["[ab]", "c"]),
        ("a", ["a"]),
        ("[a", ["[a"]),
        ("[]a]b", ["[]a]", "b"]),
        ("??", ["??"]),
    ],
)
def test_patterns_are_unknown_pieces(text, parts) -> None:
    """A pattern may match any number of files."""
    fields = Fields((0, 1))
    fields.pattern(text, closes=False)
    (word,) = fields.words()

    assert [part if isinstance(part, str) else part.text for part in word.parts] == parts
    assert word.many == any(isinstance(part, Unknown) for part in word.parts)


def test_a_bracket_that_may_be_closed_later_is_unknown() -> None:
    """What is behind an open bracket may belong to the pattern."""
    fields = Fields((0, 1))
    fields.pattern("a[b", closes=True)

    assert fields.words()[0].unknowns[0].text == "[b"


def test_no_word_a_word_that_is_empty_and_the_items_of_an_array() -> None:
    """Nothing gives no word, a quoted nothing gives an empty one, items join their neighbours."""
    empty, quoted, items = Fields((0, 1)), Fields((0, 1)), Fields((0, 1))
    quoted.exists()
    items.text("x")
    items.words_of([literal("a"), literal("b c")])

    assert empty.words() == []
    assert quoted.words() == [literal("", (0, 1))]
    assert sources(items) == ["xa", "b c"]
