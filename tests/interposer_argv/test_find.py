"""find's start points, expression and what its tests narrow."""

import pytest

pytestmark = pytest.mark.suite("argv")

RULE = """
[grammar]
style = "find"
complete = true
[operands]
slots = ["dir*"]
[options]
-H = []
-D = ["text"]
-O = { slots = ["text?"], prefix = true }
[primaries]
-name = { slots = ["text"], filters = true }
-true = []
-print = []
-delete = { does = "delete", to = "operands" }
-fprintf = ["write", "text"]
-exec = { slots = ["argv"], until = [";", "{} +"], fills = "{}" }
"""
CASES = {
    "start-points": ("a b -print", ["dir a", "dir b"]),
    "no-start-point": ("-delete", ["! delete by -delete"]),
    "global-options": ("-H -O3 -D x a -print", ["text 3 by -O", "text x by -D", "dir a"]),
    "double-dash": ("-- a", ["dir a"]),
    "dash-alone": ("- -print", ["dir -"]),
    "delete": ("a -delete", ["dir a", "! delete a by -delete"]),
    "name-that-looks-like-an-action": ("-name -delete", ["text -delete by -name"]),
    "two-values": ("-fprintf f %p", ["write f by -fprintf", "text %p by -fprintf"]),
    "exec-to-semicolon": ("-exec ls {} ; -print", ["argv ls {} by -exec"]),
    "exec-to-plus": ("-exec rm {} + -print", ["argv rm {} by -exec"]),
    "plus-without-braces-is-an-argument": ("-exec echo + ;", ["argv echo + by -exec"]),
    "semicolon-ends-before-plus": ("-exec a ; -exec b {} +", ["argv a by -exec", "argv b {} by -exec"]),
    "plus-behind-an-earlier-placeholder": ("-exec a {} b + -exec c {} +", ["argv a {} b + -exec c {} by -exec"]),
    "without-an-end": ("-exec rm", ["argv rm by -exec"]),
    "unlisted-primary": ("-zap", ["unknown -zap"]),
    "path-behind-the-expression": ("-print a", ["dir a", "unknown a"]),
    "parentheses": ("( -name a -o -name b ) -delete", ["text a by -name", "text b by -name", "! delete by -delete"]),
    "unknown-start-point": ("%X -print", ["dir %X", "may be option %X"]),
    "unknown-in-the-expression": ("-print %X", ["dir %X", "may be option %X"]),
    "unknown-primary": ("-%X", ["unknown -%X", "may be option -%X"]),
    "unknown-could-end-the-command": ("-exec a %X ;", ["argv a %X by -exec", "may be option %X"]),
}


@pytest.mark.parametrize(("line", "expected"), CASES.values(), ids=CASES)
def test_reads_find(lines_of, line, expected) -> None:
    """Start points end at the first word that looks like an expression; commands end at `;` or `{} +`."""
    assert lines_of(RULE, line) == expected


NARROWED = {
    "test-before": ("-name x -delete", True),
    "test-behind": ("-delete -name x", False),
    "no-test": ("-delete", False),
    "true-is-no-test": ("-true -delete", False),
    "other-branch": ("-name x -o -delete", False),
    "own-branch": ("-print -o -name x -delete", True),
    "group-of-tests": ("( -name x -o -name y ) -delete", True),
    "group-with-a-hole": ("( -name x -o -true ) -delete", False),
    "group-with-a-hole-in-front": ("( -true -o -name x ) -delete", False),
    "action-inside-the-group": ("-name x ( -print -o -delete )", True),
    "negated": ("! -name x -delete", False),
    "negated-twice": ("! ! -name x -delete", True),
    "negated-group": ("! ( -name x ) -delete", False),
    "negation-ends-with-its-test": ("! -true -name x -delete", True),
    "comma-starts-anew": ("-name x , -delete", False),
    "one-of-two-actions": ("-delete -name x -exec rm {} +", False),
    "and": ("-name x -a -delete", True),
    "tests-without-action": ("-name x", True),
    "branch-without-test": ("-name x -o -true", False),
}


@pytest.mark.parametrize(("line", "expected"), NARROWED.values(), ids=NARROWED)
def test_knows_what_narrows_an_action(reading_of, line, expected) -> None:
    """An action is filtered where every way to it leads through a test that is not negated."""
    assert reading_of(RULE, line).filtered == expected
