"""Words resolved as bash would."""

import subprocess

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from interposer_shell.reader import read

pytestmark = pytest.mark.suite("shell-reader")

PRINTABLE = st.text(st.characters(min_codepoint=32, max_codepoint=126) | st.sampled_from("\t\né🙂"), max_size=20)


def words(text: str):
    """The words of the first command."""
    return read(text).commands[0].words


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (r"""e a"b"'c'$'d'\e""", ["e", "abcde"]),
        ("e '' \"\"", ["e", "", ""]),
        ("e {a,b}{1..2}", ["e", "a1", "a2", "b1", "b2"]),
        ('e "a\\b" \\a', ["e", "a\\b", "a"]),
        ("x='a b'; $x c", ["a", "b", "c"]),
        ("x=''; $x c", ["c"]),
        ("e [ a[", ["e", "[", "a["]),
        ("x=e; $x\"$x\"'$x'", ["ee$x"]),
        ('a=(e 1 "2 3"); "${a[@]}"', ["e", "1", "2 3"]),
        ("e\\\nf g", ["ef", "g"]),
    ],
)
def test_static_words(text, expected) -> None:
    """Quotes go, braces and known values expand, and fields split."""
    assert [word.text for word in read(text).commands[-1].words] == expected


@pytest.mark.parametrize(
    ("word", "why", "name", "many"),
    [
        ("$x", "env", "x", True),
        ('"$x"', "env", "x", False),
        ("~", "env", "HOME", False),
        ("~u/a", "user", "u", False),
        ("*.c", "glob", "", True),
        ("[ab]c", "glob", "", True),
        ('"$@"', "positional", "@", True),
        ('"$1"', "positional", "1", False),
        ("$?", "special", "?", True),
        ("$(a)", "computed", "", True),
        ('"`a`"', "computed", "", False),
        ("$((x+1))", "computed", "", False),
        ('"${!x}"', "computed", "x", True),
        ('"${x[@]}"', "computed", "x", True),
        ("<(a)", "computed", "", False),
        ('"${x^^}"', "computed", "x", False),
        ('"${#x}"', "special", "#", False),
    ],
)
def test_unknown_words(word, why, name, many) -> None:
    """What is not static says why, of which name, and whether it may be several words."""
    found = words("e " + word)[1].unknowns[0]

    assert (found.why, found.name, found.many) == (why, name, many)


def test_known_text_around_an_unknown_piece_is_kept() -> None:
    """The static beginning and end of a word stand beside the unknown piece."""
    word = words('rm "/tmp/$x/a"*.c')[1]

    assert word.source == "/tmp/$x/a*.c"
    assert word.head == "/tmp/"
    assert word.parts[-1] == ".c"


def test_an_alternative_has_two_values() -> None:
    """`${x:+word}` is nothing or the word."""
    (unknown,) = words('e "${x:+-v}"')[1].unknowns

    assert [value.text for value in unknown.values] == ["", "-v"]


@settings(max_examples=200, deadline=None)
@given(st.lists(PRINTABLE, min_size=1, max_size=4))
def test_quoting_what_was_read_gives_the_text_back(arguments) -> None:
    """Any argument, single-quoted, is read as itself."""
    quoted = " ".join("'" + argument.replace("'", "'\\''") + "'" for argument in arguments)

    assert [word.text for word in words("e " + quoted)[1:]] == arguments


@settings(max_examples=60, deadline=None)
@given(st.text(st.sampled_from("ab'\"\\$#{},~=:!x "), max_size=14))
def test_static_words_are_those_of_bash(text) -> None:
    """Whatever mixture of quotes, escapes and braces is read as static text is what bash makes of it."""
    from interposer_shell.refusal import ShellSyntaxError  # noqa: PLC0415 (only this test expects one)

    try:
        found = words("printf '<%s>' e " + text)
    except ShellSyntaxError:
        return
    if any(word.text is None for word in found) or "#" in text:
        return
    done = subprocess.run(
        ["/bin/bash", "-c", "printf '<%s>' e " + text], capture_output=True, text=True, check=False, env={}
    )

    assert "".join(f"<{word.text}>" for word in found[2:]) == done.stdout
