"""Go's flag package."""

import pytest

pytestmark = pytest.mark.suite("argv")

RULE = """
[grammar]
style = "go-flag"
complete = true
[operands]
slots = ["read*"]
[options]
-exec = ["words"]
-v = []
-n = []
-w = { does = "write", to = "operands", unless = ["-n"] }
-args = ["rest"]
--long = ["load"]
"""
CASES = {
    "one-dash": ("-exec sh a", ["words sh by -exec", "read a"]),
    "two-dashes": ("--exec sh", ["words sh by -exec"]),
    "equals": ("-exec=sh", ["words sh by -exec"]),
    "two-dashes-equals": ("--exec=sh", ["words sh by -exec"]),
    "nothing-is-bundled": ("-vexec sh", ["read sh", "unknown -vexec"]),
    "boolean-takes-no-word": ("-v a", ["read a"]),
    "boolean-with-value": ("-v=true a", ["read a"]),
    "first-operand-ends": ("a -exec sh", ["read a", "read -exec", "read sh"]),
    "double-dash-ends": ("-- -exec", ["read -exec"]),
    "dash-is-an-operand": ("- -v", ["read -", "read -v"]),
    "rest-takes-all": ("-args -exec sh", ["rest -exec sh by -args"]),
    "effect": ("-w a", ["read a", "! write a by -w"]),
    "effect-switched-off": ("-w=false a", ["read a"]),
    "effect-of-unknown-value": ("-w=%X a", ["read a", "! write a by -w"]),
    "effect-cancelled": ("-n -w a", ["read a"]),
    "effect-not-cancelled-by-a-false-flag": ("-n=false -w a", ["read a", "! write a by -w"]),
    "effect-not-cancelled-by-an-unknown-flag": ("-n=%X -w a", ["read a", "! write a by -w"]),
    "unknown-value": ("-exec=%X", ["words %X by -exec"]),
    "unknown-name": ("-%X", ["unknown -%X", "may be option -%X"]),
    "listed-with-two-dashes": ("-long x", ["load x by -long"]),
    "abbreviations-do-not-exist": ("-exe sh", ["read sh", "unknown -exe"]),
}


@pytest.mark.parametrize(("line", "expected"), CASES.values(), ids=CASES)
def test_reads_as_the_flag_package(lines_of, line, expected) -> None:
    """Flags, values and operands are those that Go's flag package hands to the tool."""
    assert lines_of(RULE, line) == expected


def test_permutes_where_the_rule_says_so(lines_of) -> None:
    """`go test` takes flags behind its packages."""
    assert lines_of(RULE.replace("complete", "permute = true\ncomplete"), "./... -exec sh") == [
        "read ./...",
        "words sh by -exec",
    ]
