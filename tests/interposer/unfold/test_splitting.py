"""One string to words, the way a tool without a shell splits it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interposer.unfold.splitting import split_words, with_filled
from interposer_shell.word import Unknown, Word, literal

pytestmark = pytest.mark.suite("unfold")

X = Unknown("env", "$x", "x")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        ("  \t\n ", []),
        ("a  b\tc\nd", ["a", "b", "c", "d"]),
        ("'a b' \"c d\"", ["a b", "c d"]),
        ("a'b'\"c\"", ["abc"]),
        ("''", [""]),
        ("a\\ b", ["a b"]),
        ("'a\\ b'", ["a\\ b"]),
        ('"a\\"b"', ['a"b']),
        ("a 'b", ["a", "b"]),
    ],
)
def test_blanks_quotes_and_backslashes(text, expected) -> None:
    """Quotes join, a backslash takes the next character as it is, except in single quotes."""
    assert [word.text for word in split_words(literal(text))] == expected


def test_unknown_pieces_stay_in_their_word() -> None:
    """They hold no delimiter as far as is known, and the span is the whole's."""
    words = split_words(Word(("a ", X, "b ", X), (3, 9)))

    assert [word.parts for word in words] == [("a",), (X, "b"), (X,)]
    assert {word.span for word in words} == {(3, 9)}


def test_a_placeholder_is_replaced_wherever_it_stands() -> None:
    """Static pieces are joined again."""
    words = (literal("{}"), literal("a{}b{}"), literal("c"), Word((X, "{}")))
    filled = with_filled(words, "{}", literal("f"))

    assert [word.parts for word in filled] == [("f",), ("afbf",), ("c",), (X, "f")]
    assert with_filled((literal("a{}"),), "{}", Word((X,)))[0].parts == ("a", X)


@given(st.lists(st.text(st.characters(exclude_characters="\0"), max_size=6), max_size=5))
def test_quoted_words_come_back(words) -> None:
    """Each word in double quotes, with quotes and backslashes escaped."""
    line = " ".join('"' + word.replace("\\", "\\\\").replace('"', '\\"') + '"' for word in words)

    assert [word.text for word in split_words(literal(line))] == words
