"""Text that is evaluated once more."""

import pytest

from interposer_shell.evaluated import MAX_TEXTS, hides_code
from interposer_shell.reader import read
from interposer_shell.refusal import ShellSyntaxError
from interposer_shell.word import Unknown, Word, literal

pytestmark = pytest.mark.suite("shell-reader")


@pytest.mark.parametrize(
    ("text", "by", "nested"),
    [
        ("eval 'a; b'", "eval", ["a", "b"]),
        ("builtin eval a", "eval", ["a"]),
        ("command eval a", "eval", ["a"]),
        ("trap 'a' EXIT", "trap", ["a"]),
        ("source /dev/stdin <<<'a'", "source", ["a"]),
        ("x=eval; $x a", "eval", ["a"]),
        ("mapfile -C 'a b' -c 1", "mapfile", ["a"]),
        ("compgen -C a", "compgen", ["a"]),
        ("PS4='$(a)'; set -x", "PS4", ["a"]),
        ("PROMPT_COMMAND='a'", "PROMPT_COMMAND", ["a"]),
        ("eval a '$(b)'", "eval", ["a", "b"]),
        ("$u eval a", "eval", ["a"]),
    ],
)
def test_text_that_builtins_evaluate_is_read(text, by, nested) -> None:
    """The evaluated text stands on its command, and its commands are listed one deeper."""
    read_text = read(text)
    (evaluated,) = [one for command in read_text.commands for one in command.evaluates]

    assert evaluated.by == by
    assert [read_text.commands[index].words[0].text for index in evaluated.commands] == nested


def test_text_that_is_not_static_is_left_to_the_caller() -> None:
    """An unknown text is evaluated unread, and says so."""
    (evaluated,) = read('eval "$x"').commands[0].evaluates

    assert evaluated.text.text is None
    assert evaluated.commands == ()


def test_what_a_builtin_appends_is_an_unknown_word() -> None:
    """`mapfile -C` adds the index and the line to the last command of its text."""
    nested = read("mapfile -C 'a; b c' -c 1").commands

    assert [(len(command.words), command.words[-1].many) for command in nested[1:]] == [(1, False), (3, True)]


def test_an_evaluated_text_that_bash_rejects_is_refused_at_its_command() -> None:
    """The refusal points at the words that are evaluated."""
    with pytest.raises(ShellSyntaxError) as refusal:
        read("a; eval 'b ('")

    assert refusal.value.code in {"syntax", "unterminated"}
    assert refusal.value.span[0] >= len("a; ")


def test_ever_new_texts_are_refused() -> None:
    """Only so many different texts are read."""
    with pytest.raises(ShellSyntaxError) as refusal:
        read("".join(f"eval 'a {number}'\n" for number in range(MAX_TEXTS + 2)))

    assert refusal.value.code == "unsettled"


@pytest.mark.parametrize(
    ("word", "hides"),
    [
        (literal("a[$(b)]"), True),
        (literal("`b`"), True),
        (literal("$x a"), False),
        (Word((Unknown("loop", "$i", "i", values=(literal("$(b)"),)),)), True),
    ],
)
def test_hidden_code_in_a_word(word, hides) -> None:
    """A substitution in static text, or in a value that a piece can have."""
    assert hides_code(word) is hides
