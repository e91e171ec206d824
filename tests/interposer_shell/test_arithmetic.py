"""Where arithmetic ends."""

import pytest

from interposer_shell.arithmetic import MAX_RETRIES
from interposer_shell.grammar import Parser
from interposer_shell.reader import read
from interposer_shell.refusal import ShellSyntaxError
from interposer_shell.tree import Arith, Subst

pytestmark = pytest.mark.suite("shell-reader")


@pytest.mark.parametrize(
    ("word", "kind"),
    [
        ("$((1+(2)))", Arith),
        ("$[1+a[2]]", Arith),
        ("$((a); b)", Subst),
        ("$((a) | b)", Subst),
        ('$(( "1" ))', Arith),
    ],
)
def test_arithmetic_or_a_substitution(word, kind) -> None:
    """`$((` is arithmetic where `))` closes it, else a substitution that begins with a subshell."""
    (piece,) = Parser(word).word().pieces

    assert isinstance(piece, kind)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("((${a/)}))", "syntax"),
        ("((1+${a:-)}))", "syntax"),
        ("for ((;${a/)};)); do E1; done", "syntax"),
        ("echo $(( $(case a in a) E1;; esac) ))", "syntax"),
        ("echo $((1", "unterminated"),
        ("echo <((case a in a) b;; esac);c)", "syntax"),
        ("((1)", "unterminated"),
        ("(" * 10_000 + "a" + ")" * 10_000, "too-deep"),
        ("echo $((" + "(" * 100 + "1" + ")" * 100 + "))", "too-deep"),
        ("echo $(( 'a}' ))", "quote-in-expansion"),
        ("((a); b) " * 40, "syntax"),
    ],
)
def test_an_end_that_depends_on_how_one_counts_is_refused(text, code) -> None:
    """Parentheses that bash counts otherwise than we, and quotes with two readings, give no reading."""
    with pytest.raises(ShellSyntaxError) as refusal:
        read(text)

    assert refusal.value.code == code


def test_two_readings_are_tried_a_few_times_only() -> None:
    """Each `((` that is two subshells costs a reading, so only so many are read."""
    assert read("((a);b);" * (MAX_RETRIES - 1))
    with pytest.raises(ShellSyntaxError):
        read("((a);b);" * (MAX_RETRIES + 1))
