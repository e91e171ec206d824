"""What redirections open and feed."""

import pytest

from interposer_shell.context import Context
from interposer_shell.reader import read
from interposer_shell.reading import Redirect
from interposer_shell.redirecting import redirected
from interposer_shell.refusal import ShellSyntaxError
from interposer_shell.word import Unknown, Word, literal

pytestmark = pytest.mark.suite("shell-reader")

FED = Word((Unknown("computed", "<(b)", commands=(7,)),))


@pytest.mark.parametrize(
    ("op", "fd", "word", "stdin"),
    [
        ("<", "", FED, (7,)),
        ("<", "0", FED, (7,)),
        ("<", "3", FED, (1,)),
        (">", "", FED, (1,)),
        ("<", "", literal("f"), ()),
    ],
)
def test_a_redirection_of_standard_input_replaces_the_pipe(op, fd, word, stdin) -> None:
    """Only `<` and its kin on descriptor 0 count."""
    assert redirected((Redirect(op, fd, word, None, (0, 0)),), Context(stdin=(1,))) == stdin


@pytest.mark.parametrize(
    ("text", "body"),
    [
        ("a <<E\nb\nE", "b\n"),
        ("a <<-E\n\tb\nE", "b\n"),
        ("a <<< b", "b\n"),
        ("a <<'E'\n$x\nE", "$x\n"),
        ("x=c; a <<E\n$x *\nE", "c *\n"),
        ("a <<E\nE", ""),
    ],
)
def test_the_text_of_here_documents_and_here_strings(text, body) -> None:
    """Known values stand in it, patterns mean nothing."""
    assert read(text).commands[-1].redirects[0].body.text == body


def test_redirections_of_a_compound_reach_its_commands() -> None:
    """One that runs something is resolved behind the body, where it stands."""
    plain = read("{ a; b; } > f").commands
    running = read("while read x; do a; done < <(b)").commands

    assert [command.inherits[0].target.text for command in plain] == ["f", "f"]
    assert [command.stdin for command in running[:2]] == [(2,), (2,)]


def test_a_descriptor_s_number_that_is_expanded_twice_is_refused() -> None:
    """The value of a variable behind `>&` must not hold a `$`."""
    with pytest.raises(ShellSyntaxError) as refusal:
        read("x='$(a)'; b >&$x")

    assert refusal.value.code == "descriptor-twice"


def test_a_named_descriptor_is_a_variable_that_is_set() -> None:
    """`{v}>f` puts a number into `v`."""
    (unknown,) = read('v=1; a {v}>f; e "$v"').commands[-1].words[1].unknowns

    assert unknown.why == "computed"
