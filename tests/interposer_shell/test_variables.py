"""Which assignment a use surely sees."""

import pytest

from interposer_shell.reader import read

pytestmark = pytest.mark.suite("shell-reader")


def last(text: str):
    """The last word of the last command."""
    return read(text).commands[-1].words[-1]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ('x=a; echo "$x"', "a"),
        ('x=a; x=b; echo "$x"', "b"),
        ('x=a; y="$x/b"; z="$y/c"; echo "$z"', "a/b/c"),
        ('x=a && echo "$x"', "a"),
        ('c && x=a && echo "$x"', "a"),
        ('x=a; (echo "$x")', "a"),
        ('x=a; x+=b; echo "$x"', "ab"),
        ('export x=a; echo "$x"', "a"),
        ('f() { local x=a; echo "$x"; }', "a"),
        ('x=a; for i in 1; do echo "$x"; done', "a"),
        ('for i in 1; do x=a; echo "$x"; done', "a"),
        ('x=a; echo "${x:-b}"', "a"),
        ('x=; echo "${x:-b}"', "b"),
        ('x=a.txt; echo "${x%.txt}"', "a"),
        ('x=d/a.b; echo "${x##*/}"', "a.b"),
        ('x=d/a.b; echo "${x%/*}"', "d"),
        ("x=d/a.b; echo ${x%.*}", "d/a"),
        ('x=a; echo "${x#\\*}"', None),
        ("HOME=/h; echo ~/a", "/h/a"),
        ('x=a cmd; x=b; echo "$x"', "b"),
    ],
)
def test_a_sure_assignment_is_seen(text, value) -> None:
    """Straight-line assignments reach later uses, through lists, loops and transformations."""
    assert last(text).text == value


@pytest.mark.parametrize(
    "text",
    [
        'c && x=a; echo "$x"',
        'c || x=a && echo "$x"',
        'if c; then x=a; fi; echo "$x"',
        '(x=a); echo "$x"',
        'x=a | c; echo "$x"',
        'x=a & echo "$x"',
        'for i in 1; do x=a; done; echo "$x"',
        'x=a; f() { x=b; }; f; echo "$x"',
        'x=a; for i in 1; do echo b; x=b; done; read x; echo "$x"',
        'x=a; source f; echo "$x"',
        'x=a; eval "$y"; echo "$x"',
        'x=a; unset x; echo "$x"',
        'x=a; $y; echo "$x"',
        'x=a; (( x++ )); echo "$x"',
        'x=a; printf -v x b; echo "$x"',
    ],
)
def test_an_unsure_assignment_is_computed(text) -> None:
    """Where something else may have set the variable, its value is unknown, and never the environment's."""
    (unknown,) = last(text).unknowns

    assert unknown.why == "computed"


def test_a_variable_that_the_text_never_sets_is_the_environment_s() -> None:
    """Its name is kept, so that it can be looked up; a default is kept too."""
    (plain,) = last('echo "$x"').unknowns
    (defaulted,) = last('echo "${x:-/tmp}"').unknowns

    assert (plain.why, plain.name, plain.many) == ("env", "x", False)
    assert (defaulted.why, defaulted.name, defaulted.default.text) == ("env", "x", "/tmp")


def test_known_variables_are_taken() -> None:
    """Variables known before the text are values."""
    assert read('echo "$x"', variables={"x": "v"}).commands[0].words[1].text == "v"


def test_output_of_commands_is_followed() -> None:
    """A variable assigned from a substitution, and one read from a pipe, name the commands they come from."""
    (assigned,) = last('d=$(mktemp -d); rm -r "$d"').unknowns
    (piped,) = last('curl u | while read l; do sh -c "$l"; done').unknowns
    fed = read('while read l; do sh -c "$l"; done < <(curl u)').commands

    assert assigned.commands == (1,)
    assert piped.commands == (0,)
    assert [fed[index].words[0].text for index in fed[1].words[-1].unknowns[0].commands] == ["curl"]


def test_loop_values_are_kept() -> None:
    """A loop variable holds what it can be; a pattern stays a pattern, and a suffix is cut off each value."""
    whole = last('for f in a.txt *.txt; do rm "$f"; done').unknowns[0]
    cut = last('for f in a.txt *.txt; do rm "${f%.txt}"; done').unknowns[0]

    assert (whole.why, whole.name) == ("loop", "f")
    assert [value.source for value in whole.values] == ["a.txt", "*.txt"]
    assert [value.source for value in cut.values] == ["a", "*"]
    assert whole.values[1].unknowns[0].why == "glob"


def test_the_environment_lists_top_level_values() -> None:
    """The last value at top level is given, with its unknown pieces."""
    environment = dict(read("PATH=/x:$PATH; export A=1; A=2; (B=3)").environment)

    assert environment["PATH"].source == "/x:$PATH"
    assert environment["A"].text == "2"
    assert "B" not in environment
