"""Places, scopes and what arithmetic sets."""

import pytest

from interposer_shell.reader import read

pytestmark = pytest.mark.suite("shell-reader")


def test_nested_text_has_the_place_of_the_command_around_it() -> None:
    """Backticks and evaluated texts have no place of their own in the text."""
    text = "x\na `b; c` d\neval 'e'"
    spans = {command.words[0].text: (command.line, command.span) for command in read(text).commands}

    assert spans["b"] == spans["c"] == spans["a"] == (2, (2, 12))
    assert spans["e"][0] == 3


def test_a_substitution_is_a_scope_one_deeper() -> None:
    """What is set in it does not reach what follows."""
    outer, inner = read("a $(b)").commands

    assert (outer.depth, inner.depth) == (0, 1)
    assert inner.scope[: len(outer.scope)] == outer.scope != inner.scope


def test_an_output_substitution_reads_what_its_command_writes() -> None:
    """`>(b)` is fed by the command that it stands in."""
    commands = read("a > >(b)").commands

    assert commands[1].stdin == (0,)


@pytest.mark.parametrize(
    ("text", "known"),
    [
        ('x=a; : $((1+2)); e "$x"', True),
        ('x=a; : $((y+1)); e "$x"', True),
        ('x=a; : $((x=1)); e "$x"', False),
        ('x=a; : $((x++)); e "$x"', False),
        ('x=a; ((x<<=1)); e "$x"', False),
        ('x=a; : $((x==1)); e "$x"', True),
        ('x=a; : $(($y=1)); e "$x"', False),
        ('x=a; : "${x:=b}"; e "$x"', False),
    ],
)
def test_assignments_in_arithmetic_and_expansions_count(text, known) -> None:
    """A variable that an expression may set is not known any more."""
    assert (read(text).commands[-1].words[1].text == "a") is known
