"""Which variable gets which value."""

import pytest

from interposer_shell.assigning import numeric
from interposer_shell.reader import read
from interposer_shell.word import Unknown, Word, literal
from tests.interposer_shell.refused import code_of

pytestmark = pytest.mark.suite("shell-reader")


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("x=a; e $x", "a"),
        ("x=a; x+=b; e $x", "ab"),
        ("x=1; x+=2; e $x", None),
        ("x[0]=a; e $x", None),
        ("x=(a b); e $x", None),
        ("declare x=a; e $x", "a"),
        ("declare -i x; x=a; e $x", None),
        ("readonly x=a; x=b; e $x", None),
        ("declare x={a,b}; e $x", None),
        ("x=b y=a e; e $x", None),
        ("x=b eval :; e $x", None),
        ("x=a; x=b e c; e $x", "a"),
        ("x=a; read x; e $x", None),
        ("x=a; export x; e $x", "a"),
        ("x=a; declare x; e $x", None),
        (f"x={'a' * 20_000}; e $x", None),
    ],
)
def test_what_a_later_use_sees(text, value) -> None:
    """Only an assignment whose value surely stands is followed."""
    assert read(text).commands[-1].words[-1].text == value


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("export x=a", "x=a"),
        ("export x+=a", "x+=a"),
        ("declare x[1]=a", "x[1]=a"),
        ("declare x=(a b)", "x=(a b)"),
        ("export x='a b'", "x=a b"),
    ],
)
def test_an_assigning_argument_is_one_word(text, word) -> None:
    """It stands among the words of its builtin, as bash passes it."""
    assert read(text).commands[0].words[1].text == word


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("POSIXLY_CORRECT=1", "option"),
        ("POSIXLY_CORRECT=1 eval a", None),
        ("POSIXLY_CORRECT=1 a", "option"),
        ("export POSIXLY_CORRECT", "option"),
        ("BASH_ALIASES[a]=b", "rebinding"),
    ],
)
def test_assignments_that_change_the_shell_are_refused(text, code) -> None:
    """What bash reads otherwise from here on has no reading."""
    assert code_of(text) == code


@pytest.mark.parametrize(
    ("word", "number"),
    [(literal("12"), True), (literal("-3"), True), (literal("a1"), False), (literal(""), False)],
)
def test_numbers(word, number) -> None:
    """Whole numbers may be added up, other text is joined."""
    assert numeric(word) is number
    assert not numeric(Word((Unknown("env", "$x", "x"),)))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('set -- a "b c"; e "$@"', ["e", "a", "b c"]),
        ("set -- a b; e $2 $1", ["e", "b", "a"]),
        ('set -- a; e "$2"', ["e", ""]),
        ('set --; e "$@"', ["e"]),
        ('set -- a; set -- b; e "$1"', ["e", "b"]),
        ('set -- a; (e "$1")', ["e", "a"]),
        ('set -- a; set -e; e "$1"', ["e", "a"]),
        ('set -- a; shift; e "$1"', ["e", None]),
        ('set -- a; f() { e "$1"; }', ["e", None]),
        ('c && set -- a; e "$1"', ["e", None]),
        ('(set -- a); e "$1"', ["e", None]),
        ('set -- a; source f; e "$1"', ["e", None]),
        ('set -- $x; e "$1"', ["e", None]),
        ('set -- a; set $x; e "$1"', ["e", None]),
        ('set -- a > f; e "$1"', ["e", None]),
        ('$x set -- a; e "$1"', ["e", None]),
        ('set -- a; e "$0" "$*"', ["e", None, None]),
        ('set -- a; while c; do e "$1"; shift; done', ["e", None]),
    ],
)
def test_arguments_that_the_text_sets_itself(text, words) -> None:
    """`set --` gives them, until something may have set or shifted them."""
    (command,) = [one for one in read(text).commands if one.words and one.words[0].text == "e"]

    assert [word.text for word in command.words] == words
