"""What holds for every reader: one error, an end, and no word made up."""

import shutil
import subprocess
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


REJECTED = {
    "sed-insert-without-text": ("sed", "100,205i", True),
    "sed-unknown-command": ("sed", "5k", True),
    "sed-address-alone": ("sed", "5,10", True),
    "sed-unclosed-pattern": ("sed", "s/a/b", True),
    "sed-behind-a-write": ("sed", "w out\n5k", False),
    "sed-that-another-sed-may-accept": ("sed", "s/[/]/x/w out", False),
    "awk-unclosed-block": ("awk", "{print $1", True),
    "awk-unclosed-string": ("awk", 'BEGIN {print "a', True),
    "awk-stray-brace": ("awk", "BEGIN {print 1}}", True),
    "awk-behind-a-command": ("awk", 'BEGIN {system("touch out")}}', False),
    "awk-behind-a-redirection": ("awk", 'BEGIN {print > "out"', False),
}


@pytest.mark.parametrize(("language", "text", "rejected"), REJECTED.values(), ids=REJECTED)
def test_a_text_that_does_nothing_is_told_apart(language, text, rejected) -> None:
    """`rejected` is for texts that the tool refuses and that hold nothing that could act."""
    with pytest.raises(GrammarError) as caught:
        read(language, literal(text))

    assert caught.value.rejected == rejected


@pytest.mark.parametrize("program", ["sed", "gawk", "mawk", "original-awk"])
def test_the_real_tool_does_nothing_with_a_rejected_text(tmp_path, program) -> None:
    """The tool fails, prints nothing, and leaves the file that it was given as it was."""
    if shutil.which(program) is None:
        pytest.skip(f"{program} is not installed")
    language = "sed" if program == "sed" else "awk"
    (tmp_path / "f").write_text("a\nb\n")
    texts = [text for each, text, rejected in REJECTED.values() if each == language and rejected]
    edit = ["-i"] if program == "sed" else []
    runs = [
        subprocess.run(
            [program, *edit, text, "f"], cwd=tmp_path, capture_output=True, text=True, timeout=9, check=False
        )
        for text in texts
    ]

    assert [(run.returncode != 0, run.stdout) for run in runs] == [(True, "")] * len(texts)
    assert [path.name for path in tmp_path.iterdir()] == ["f"]
    assert (tmp_path / "f").read_text() == "a\nb\n"


def test_an_unknown_piece_is_never_rejected() -> None:
    """What the piece becomes could make the text a good one."""
    with pytest.raises(GrammarError) as caught:
        read("sed", Word(("5k", Unknown("env", "$X", "X"))))

    assert not caught.value.rejected
