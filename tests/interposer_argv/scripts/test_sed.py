"""sed scripts, each confirmed by GNU sed where the differential test runs it."""

import pytest

from interposer_argv.reading import GrammarError
from interposer_argv.scripts import read
from interposer_shell.word import Unknown, Word, literal

pytestmark = pytest.mark.suite("scripts")

SHELL = "sed command e"
FINDS = {
    "e-with-address": ("1e id", [("shell", "id")]),
    "e-takes-the-rest-of-the-line": ("1e id;p}", [("shell", "id;p}")]),
    "e-after-regex-flag": ("/a/I e id", [("shell", "id")]),
    "e-after-odd-delimiter": (r"\xaxe id", [("shell", "id")]),
    "e-in-a-block": ("/a/{p;e id\n}", [("shell", "id")]),
    "e-after-bang": ("$!e id", [("shell", "id")]),
    "e-with-backslash": (r"e\id", [("shell", "id")]),
    "e-with-backslash-newline": ("e\\\nid", [("shell", "id")]),
    "e-continued-line": ("e touch\\\n a", [("shell", "touch\n a")]),
    "e-escape-is-decoded": (r"e echo \x41\o101\d065", [("shell", "echo AAA")]),
    "e-behind-substitution": ("s/a/b/;e id", [("shell", "id")]),
    "e-behind-label": (":a;e id", [("shell", "id")]),
    "e-behind-one-line-text": ("a foo\ne id", [("shell", "id")]),
    "text-line-that-ends-in-two-backslashes": ("a foo\\\\\ne id", [("shell", "id")]),
    "backslash-blank-newline-ends-text": ("a\\  \ne id", [("shell", "id")]),
    "file-to-end-of-line": ("w out;p}", [("write", "out;p}")]),
    "W-and-R": ("W a\nR b", [("write", "a"), ("read", "b")]),
    "r-file": ("/x/r f.txt", [("read", "f.txt")]),
    "s-w": ("s/a/b/w out", [("write", "out")]),
    "s-gpw": ("s/a/b/gpw out", [("write", "out")]),
    "s-number-w": ("s/a/b/3w out", [("write", "out")]),
    "s-we-is-a-file": ("s/a/b/we", [("write", "e")]),
    "s-with-backslash-delimiter": ("s\\a\\b\\w out", [("write", "out")]),
    "s-blank-before-flag": ("s/a/b/ w out", [("write", "out")]),
    "start-up-file": ("w /home/u/.bashrc", [("write", "/home/u/.bashrc")]),
    "standard-output-is-no-file": ("w /dev/stdout", []),
    "standard-input-is-no-file": ("r /dev/stdin", []),
    "url-with-e": ("s#http://a.example/e#x#", []),
    "slash-e-in-replacement": (r"s/a/b\/e/", []),
    "w-in-class": ("s/[we]/x/g", []),
    "delimiter-in-brackets-ends": ("s/[/]/p", []),
    "words-in-text": ("a e id\ni w out\nc s/a/b/e", []),
    "one-liner-with-backslash": (r"1i\e id", []),
    "text-continues": ("a foo\\\ne id", []),
    "comment": ("p # e id\n# w out\n#n", []),
    "label-that-looks-like-a-command": (":e\nbe;te", []),
    "y-of-e": ("y/we/ab/", []),
    "join-lines": (r":a;N;$!ba;s/\n/ /g", []),
    "print-range": ("1,40p;41q5", []),
    "step-addresses": ("1~2,~4d;/a/,+3p;0,/b/s//c/", []),
    "nested-blocks": ("/a/{/b/{p;d};=};l 5", []),
    "empty-fields": ("s/a//;s,b,,g;;", []),
    "newline-in-replacement": ("s/a/b\\\ne id/", []),
    "version": ("v 4.2\np", []),
}
COMPUTED = {"e-alone": "e", "e-alone-newline": "e\np", "s-e": "s/x/id/e", "s-ge": "s/.*/id/ge", "s-Ie;": "s/x/id/Ie;p"}
REJECTED = [
    "s/a/b",
    "y/a/b/p",
    "1!!p",
    "}x",
    "1,p",
    "k",
    "w",
    "s/a/b/w",
    "a",
    ":",
    "1:a",
    "s/a\nb/c/",
    "px",
    "+1p",
    "1",
    "q5e",
    "é",
]


def listed(text):
    """Kind and text of what `text` does."""
    return [(entry.slot.kind, entry.words[0].text) for entry in read("sed", literal(text))]


@pytest.mark.parametrize("name", FINDS)
def test_commands_and_files_are_found_and_data_is_not(name):
    """Every `e`, `w`, `r` of the grammar is found; the same letters in patterns, text and comments are data."""
    text, expected = FINDS[name]

    assert listed(text) == expected


@pytest.mark.parametrize("name", COMPUTED)
def test_a_command_made_of_the_input_is_unknown_shell_text(name):
    """`e` without a command and `s///e` run what the pattern space holds."""
    assert listed(COMPUTED[name]) == [("shell", None)]


@pytest.mark.parametrize("text", REJECTED)
def test_what_sed_rejects_is_an_error(text):
    """A script that sed itself rejects is a GrammarError with code `script`."""
    with pytest.raises(GrammarError) as caught:
        read("sed", literal(text))

    assert caught.value.code == "script"


def test_an_unknown_piece_stays_in_the_found_word():
    """A variable inside a file name or a command stays an unknown piece of it."""
    name = Unknown("env", "$X", "X")

    (entry,) = read("sed", Word(("s/a/b/w ", name, ".txt")))

    assert entry.words == (Word((name, ".txt")),)


@pytest.mark.parametrize("parts", [("s/a/", "/"), ("", ",40p"), ("1,", "d"), ("/", "/d"), ("q", ""), ("", "s/a/b/")])
def test_an_unknown_piece_in_a_harmless_place_is_text(parts):
    """Unknown pieces stand for text without delimiters: in a pattern, a replacement or an address they mean nothing."""
    word = Word(tuple(part for part in (parts[0], Unknown("env", "$X", "X"), parts[1]) if part))

    assert read("sed", word) == ()


@pytest.mark.parametrize("parts", [("s/a/b/", ""), ("s", "a/b/"), ("p;1", ""), ("/a/", "p")])
def test_an_unknown_piece_that_could_be_a_command_is_refused(parts):
    """Where a flag, a delimiter or a command name is unknown, the script is not read."""
    word = Word(tuple(part for part in (parts[0], Unknown("env", "$X", "X"), parts[1]) if part))

    with pytest.raises(GrammarError):
        read("sed", word)
