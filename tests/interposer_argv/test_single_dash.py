"""Long names behind one dash."""

import pytest

pytestmark = pytest.mark.suite("argv")

RULE = """
[grammar]
style = "single-dash"
complete = true
[operands]
slots = ["read*"]
[options]
-I = ["dir"]
-o = ["write"]
-Wl = { slots = ["text"], prefix = true, split = "," }
-Wall = []
-engine = ["load"]
"-cp, -classpath, --class-path" = ["load"]
-D = { slots = ["text"], prefix = true }
-agentlib = { slots = ["load?"], prefix = true }
"""
CASES = {
    "long-name": ("-engine e a", ["load e by -engine", "read a"]),
    "long-name-equals": ("-engine=e", ["load e by -engine"]),
    "one-letter-glued": ("-I/inc", ["dir /inc by -I"]),
    "one-letter-separate": ("-I /inc", ["dir /inc by -I"]),
    "longest-name-wins": ("-Wall", []),
    "prefix-list": ("-Wl,a,b", ["text  by -Wl", "text a by -Wl", "text b by -Wl"]),
    "prefix-without-equals": ("-Dk=v", ["text k=v by -D"]),
    "prefix-optional-alone": ("-agentlib a", ["read a"]),
    "prefix-optional-glued": ("-agentlib:jdwp", ["load :jdwp by -agentlib"]),
    "two-dashes-as-listed": ("--class-path=x", ["load x by --class-path"]),
    "two-dashes-unlisted": ("--engine=x", ["unknown --engine=x"]),
    "unlisted": ("-zzz", ["unknown -zzz"]),
    "options-behind-operands": ("a -o b", ["read a", "write b by -o"]),
    "unknown-glued": ("-I%X", ["dir %X by -I"]),
    "unknown-behind-equals": ("-engine=%X", ["load %X by -engine"]),
    "unknown-name": ("-%X", ["unknown -%X", "may be option -%X"]),
}


@pytest.mark.parametrize(("line", "expected"), CASES.values(), ids=CASES)
def test_reads_single_dash(lines_of, line, expected) -> None:
    """Names are exact, or the longest listed one that a value may be glued to."""
    assert lines_of(RULE, line) == expected
