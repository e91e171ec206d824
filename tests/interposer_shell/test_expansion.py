"""What a use of a variable gives."""

import pytest

from interposer_shell.reader import read

pytestmark = pytest.mark.suite("shell-reader")


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ('x=a; e "$x"', "a"),
        ('x=a; e "${x:?no}"', "a"),
        ('x=; e "${x-b}"', ""),
        ('x=; e "${x:-b c}"', "b c"),
        ('x=a; e "${x:=b}"', "a"),
        ('x=a.c; e "${x%.c}"', "a"),
        ('x=a; e "${x/a/b}"', None),
        ('x=a; e "${x^}"', None),
        ('x=y; y=z; e "${!x}"', None),
        ('e "${x:-a}"', None),
        ('x=a; y=$x; e "$y$x"', "aa"),
        ('e "${x:+a}"', None),
    ],
)
def test_values(text, value) -> None:
    """What is known of the variable goes through the operators that can be followed."""
    assert read(text).commands[-1].words[1].text == value


@pytest.mark.parametrize(
    ("word", "why", "name"),
    [
        ("$HOME", "env", "HOME"),
        ("$RANDOM", "special", "RANDOM"),
        ("$REPLY", "computed", "REPLY"),
        ("$3", "positional", "3"),
        ("${x@P}", "computed", "x"),
        ("${x[1]}", "computed", "x"),
        ("${#x}", "special", "#"),
    ],
)
def test_why_a_value_is_not_known(word, why, name) -> None:
    """The shell's own parameters, arguments and the environment are told apart."""
    (unknown,) = read(f'e "{word}"').commands[0].words[1].unknowns

    assert (unknown.why, unknown.name) == (why, name)


def test_an_assignment_inside_an_expansion_counts() -> None:
    """`${x:=a}` may set the variable, so that later uses are not the environment's."""
    (unknown,) = read('e "${x:=a}"; e "$x"').commands[1].words[1].unknowns

    assert unknown.why == "computed"
