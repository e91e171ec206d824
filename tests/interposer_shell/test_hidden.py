"""Text that becomes code when a variable is used."""

import pytest

from tests.interposer_shell.refused import code_of

pytestmark = pytest.mark.suite("shell-reader")


@pytest.mark.parametrize(
    ("text", "refused"),
    [
        ("x='a[$(b)]'; (( x ))", True),
        ("x='a[`b`]'; : $((x))", True),
        ("x='a[$(b)]'; echo ${!x}", True),
        ("x='a[$(b)]'; test -v \"$x\"", True),
        ("x='$(b)'; echo \"${x@P}\"", True),
        ("read x <<<'a[$(b)]'; (( x ))", True),
        ("for x in 'a[$(b)]'; do (( x )); done", True),
        ("x='a[$(b)]'; echo $x", False),
        ("x='$(b)'; (( x ))", False),
        ("x='a[1]'; (( x ))", False),
        ("[[ 'a[$(b)]' -eq 1 ]]", True),
        ("[[ -v 'a[$(b)]' ]]", True),
        ("[[ 'a[$(b)]' == 1 ]]", False),
        ("(( x ))", False),
    ],
)
def test_code_in_values_is_refused_where_values_are_evaluated(text, refused) -> None:
    """Arithmetic, indirection and prompts run what a value spells; elsewhere it is text."""
    assert code_of(text) == ("hidden-code" if refused else None)
