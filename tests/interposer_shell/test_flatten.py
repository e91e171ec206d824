"""Who feeds whom, in which scope, how deep."""

import pytest

from interposer_shell.reader import read

pytestmark = pytest.mark.suite("shell-reader")


def commands(text: str):
    """The commands of a text."""
    return read(text).commands


def names(text: str) -> list[str]:
    """The first word of each command."""
    return [command.words[0].source if command.words else "" for command in commands(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a; b && c || d & e | f", ["a", "b", "c", "d", "e", "f"]),
        ("a $(b $(c)) `d`", ["a", "b", "c", "d"]),
        ("if a; then b; else c; fi", ["a", "b", "c"]),
        ("f() { a; }; f", ["a", "f"]),
        ("[[ $(a) ]] && (( $(b) ))", ["a", "b"]),
        ("x=$(a) b <(c)", ["b", "a", "c"]),
        ("cat <<E\n$(a)\nE\nb", ["cat", "a", "b"]),
        ("{ a; } > f", ["a"]),
        ("while read x; do a; done < <(b)", ["read", "a", "b"]),
        ("(( x )) > f", [""]),
        ("! time a", ["a"]),
    ],
)
def test_every_command_is_listed_in_order(text, expected) -> None:
    """Nested commands follow the one that holds them."""
    assert names(text) == expected


def test_a_pipe_feeds_what_is_behind_it() -> None:
    """Every command of a compound member reads the pipe, unless it is redirected."""
    piped = commands("a | { b; c <f; d | e; }")

    assert [command.stdin for command in piped] == [(), (0,), (), (0,), (3,)]


def test_standard_input_of_substitutions_functions_and_here_documents() -> None:
    """A process substitution feeds by `<`, a function reads what its call reads, a here-document is text."""
    by_substitution = commands("sh < <(curl u)")
    by_call = commands("f() { sh; }; curl u | f")
    by_text = commands("sh <<E\nls\nE")

    assert by_substitution[0].stdin == (1,)
    assert by_call[0].stdin == (1,)
    assert by_text[0].stdin == ()
    assert by_text[0].redirects[0].body.text == "ls\n"


def test_scopes_show_what_a_cd_reaches() -> None:
    """Subshells, pipe members and background jobs are scopes of their own; groups and loops are not."""
    flat = commands("a; { b; }; for i in 1; do c; done")
    nested = commands("a; (b; (c)); d | e; f &")

    assert {command.scope for command in flat} == {()}
    assert [len(command.scope) for command in nested] == [0, 1, 2, 1, 1, 1]
    assert nested[2].scope[:1] == nested[1].scope
    assert nested[3].scope != nested[4].scope


def test_depth_function_line_and_span() -> None:
    """A command knows where it stands; nested text has the place of the command around it."""
    text = "a\nf() { b; }\neval 'c; d'\n"
    a, b, outer, c, d = commands(text)

    assert (a.line, b.line, outer.line, c.line, d.line) == (1, 2, 3, 3, 3)
    assert (a.depth, b.depth, outer.depth, c.depth) == (0, 1, 0, 1)
    assert (a.function, b.function) == ("", "f")
    assert text[outer.span[0] : outer.span[1]] == "eval 'c; d'"
    assert outer.evaluates[0].commands == (3, 4)


def test_joints_background_and_redirections() -> None:
    """How a command hangs on the one before, whether it is in the background, and what is around it."""
    listed = commands("a && b || c | d & e")
    around = commands("{ a > g; } > f 2>&1")[0]

    assert [command.joined for command in listed] == ["", "&&", "||", "|", "&"]
    assert [command.background for command in listed] == [True, True, True, True, False]
    assert [(one.op, one.fd, one.target.text) for one in around.inherits] == [(">", "", "f"), (">&", "2", "1")]
    assert around.redirects[0].target.text == "g"


def test_functions_shadow_only_where_that_is_sure() -> None:
    """A call of a function is marked; a definition that may not have run marks nothing."""
    assert [one.calls for one in commands("ls() { a; }; ls; command ls")] == [False, True, False]
    assert [one.calls for one in commands("ls; ls() { a; }")] == [False, False]
    assert not any(one.calls for one in commands("if c; then ls() { a; }; fi; ls"))
    assert read("f() { a; }").functions == {"f"}
