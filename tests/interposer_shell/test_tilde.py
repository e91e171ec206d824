"""Where a tilde is a login."""

import pytest

from interposer_shell.lexer import Lexer
from interposer_shell.tilde import Login, logins

pytestmark = pytest.mark.suite("shell-reader")


@pytest.mark.parametrize(
    ("word", "colons", "names"),
    [
        ("~", False, [""]),
        ("~/a", False, [""]),
        ("~u/a", False, ["u"]),
        ("~+", False, ["+"]),
        ("~1", False, ["1"]),
        ("a~", False, []),
        ("~:a", False, []),
        ("~:~u", True, ["", "u"]),
        ("a:~/b", True, [""]),
        ("x=~", False, [""]),
        ("x=~:~u", False, ["", "u"]),
        ("-x=~", False, []),
        ("~$x", False, []),
        ("~'u'", False, []),
        ("'~'", False, []),
        ("~u~v", False, []),
    ],
)
def test_logins(word, colons, names) -> None:
    """At the beginning, and behind `=` and `:` of an assignment, up to a slash."""
    pieces = Lexer(word).word().pieces

    assert [one.name for one in logins(pieces, colons=colons, assigned=colons) if isinstance(one, Login)] == names


def test_an_argument_that_looks_like_an_assignment_is_marked() -> None:
    """Bash alone expands it there."""
    assert [one.argument for one in logins(Lexer("x=~").word().pieces, colons=False, assigned=False)[1:]] == [True]
