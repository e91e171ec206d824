"""Where a here-document ends."""

import pytest

from interposer_shell.heredoc import Body, read_body
from interposer_shell.tree import HereDocument

pytestmark = pytest.mark.suite("shell-reader")


@pytest.mark.parametrize(
    ("text", "quoted", "strip", "nested", "body"),
    [
        ("x\nE\ny", True, False, False, Body("x\n", 4, closed=True)),
        ("x\nE \n E\nE", True, False, False, Body("x\nE \n E\n", 9, closed=True)),
        ("x", True, False, False, Body("x", 1, closed=False)),
        ("x", True, False, True, None),
        ("\tx\n\tE\n", False, True, False, Body("x\n", 6, closed=True)),
        ("a\\\nb\nE\n", False, False, False, Body("ab\n", 7, closed=True)),
        ("a\\\nb\nE\n", True, False, False, Body("a\\\nb\n", 7, closed=True)),
        ("a\\\\\nE\n", False, False, False, Body("a\\\\\n", 6, closed=True)),
        ("x\\\nE\nE\n", False, False, False, Body("xE\n", 7, closed=True)),
        ("E) x\nE\n", True, False, True, None),
        ("E) x\nE\n", True, False, False, Body("E) x\n", 7, closed=True)),
    ],
)
def test_the_body_ends_where_bash_ends_it(text, quoted, strip, nested, body) -> None:
    """Continuations join lines first unless quoted, tabs are stripped by `<<-`, and `)` ends it inside `$( )`."""
    here = HereDocument("E", quoted=quoted, strip=strip)

    assert read_body(text, 0, here, nested=nested) == body
