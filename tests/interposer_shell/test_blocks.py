"""What runs in compound commands."""

import pytest

from interposer_shell.reader import read

pytestmark = pytest.mark.suite("shell-reader")


@pytest.mark.parametrize(
    ("text", "why", "values"),
    [
        ("for i in a b; do e $i; done", "loop", ["a", "b"]),
        ("for i in *.c; do e $i; done", "loop", ["*.c"]),
        ("for i in $(a); do e $i; done", "loop", []),
        ("for i; do e $i; done", "loop", []),
        ("select i in a; do e $i; done", "loop", []),
        ("for i in a; do i=b; done; e $i", "computed", []),
    ],
)
def test_the_variable_of_a_loop(text, why, values) -> None:
    """It holds what is looped over, where all of that is known."""
    (unknown,) = read(text).commands[-1].words[1].unknowns

    assert (unknown.why, [value.source for value in unknown.values]) == (why, values)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("[[ -v x[$(a)] ]]", ["a"]),
        ("[[ -v '$(a)' ]]", ["[[", "a"]),
        ("[[ '$(a)' == 1 ]]", ["[["]),
        ("[[ $(a) ]]", ["a"]),
        ("(( x[$(a)] ))", ["a"]),
    ],
)
def test_operands_that_conditionals_evaluate_are_read(text, names) -> None:
    """Arithmetic operators and `-v` expand what stands in a subscript, quoted or not."""
    assert [command.words[0].text for command in read(text).commands] == names


def test_bodies_have_their_scope_and_their_function() -> None:
    """A subshell is a scope, a function's body knows its name, a coprocess is a scope one deeper."""
    group, subshell, body, job = read("{ a; }; (b); f() { c; }; coproc d").commands

    assert (group.scope, group.depth) == ((), 0)
    assert (len(subshell.scope), subshell.depth) == (1, 1)
    assert (body.function, body.depth) == ("f", 1)
    assert (len(job.scope), job.depth) == (1, 1)


def test_a_compound_that_runs_nothing_still_opens_files() -> None:
    """A command without words carries the redirections."""
    (command,) = read("(( 1 )) > f").commands

    assert command.words == ()
    assert command.redirects[0].target.text == "f"
