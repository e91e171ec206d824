"""What holds for every reader: one error, an end, and no word made up."""

import time
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from interposer_argv.reading import GrammarError
from interposer_argv.scripts import LANGUAGES, read
from interposer_shell.word import Unknown, Word, literal

pytestmark = pytest.mark.suite("scripts")

PIECES = st.sampled_from(
    ["system", "exec", "(", ")", "{", "}", "[", "]", '"', "'", "`", "\\", "\n", ";", "|", "|&", "getline", "print",
    ">", "/", "#",
     "$", "$(", "${", "#{", "s/a/b/", "e ", "w ", "!", ".shell ", "ext::", "=", ",", " ", "<<E\n", "E\n", "%w[", "q(",
     "a", "1",
     "require('child_process')", ".", "import os\n", "os.system", "shell ", "exec:", "--", "//", "/*", "*/", "@", "&",
     "\t"]
)  # fmt: skip
TEXTS = st.one_of(st.text(max_size=60), st.lists(PIECES, max_size=25).map("".join))
BOMBS = ["(", "[", "{", '"', "'", "`", "${", "#{", "$(", "\\", "a=a+a;", "/", "s/", "$", "%w[", "<<E\n", "1e id\n",
"system(", "|", "x.", ".shell id\n",
         "s(", "`${", "a b c ", "b=c c;", "@{", "!!", "f(a)(", "os.system(x);", ";", "'a'+", "-",
         "x=1;y=x;"]  # fmt: skip
SECONDS = 2.0


@pytest.mark.parametrize("language", LANGUAGES)
@settings(max_examples=60, deadline=None)
@given(text=TEXTS)
def test_a_reader_raises_nothing_but_its_error(language, text):
    """Whatever the text, a reader gives its findings or a GrammarError."""
    try:
        found = read(language, literal(text))
    except GrammarError:
        return

    assert all(entry.what for entry in found)


@pytest.mark.parametrize("language", LANGUAGES)
@settings(max_examples=25, deadline=None)
@given(before=TEXTS, after=TEXTS)
def test_unknown_pieces_never_break_a_reader(language, before, after):
    """An unknown piece anywhere gives findings or a GrammarError, and no opaque character comes out as text."""
    word = Word(tuple(part for part in (before, Unknown("env", "$X", "X"), after) if part))
    try:
        found = read(language, word)
    except GrammarError:
        return
    texts = [part for entry in found for word in entry.words for part in word.parts if isinstance(part, str)]

    assert not any(0x30000 <= ord(char) < 0x31000 for text in texts for char in text)


@pytest.mark.parametrize("language", LANGUAGES)
def test_repeated_text_is_read_in_time(language):
    """Eight thousand characters of any repeated piece are read or refused in a moment."""
    slow = []
    for bomb in BOMBS:
        start = time.process_time()
        with suppress(GrammarError):
            read(language, literal(bomb * (8_000 // len(bomb))))
        if time.process_time() - start > SECONDS:
            slow.append(bomb)

    assert slow == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_long_text_is_refused(language):
    """A text over the limit is refused, not cut."""
    with pytest.raises(GrammarError):
        read(language, literal("a " * 40_000))


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_wholly_unknown_text_yields_nothing(language):
    """A script of which no character is known is the caller's to judge."""
    assert read(language, Word((Unknown("env", "$X", "X"),))) == ()


def test_an_unknown_language_is_an_error():
    """A language without a reader is a GrammarError with a code of its own."""
    with pytest.raises(GrammarError) as caught:
        read("cobol", literal("x"))

    assert caught.value.code == "language"
