"""What options do to each other, to their values and to the operands."""

import pytest

pytestmark = pytest.mark.suite("argv")

RULE = """
[grammar]
complete = true
[operands]
slots = ["read*", "write"]
when = [
    { option = ["--target"], slots = ["read*"] },
    { option = ["-d", "--mode=dirs"], slots = ["dir*"] },
]
[options]
"-t, --target" = ["write"]
-d = []
--mode = ["text"]
"-n, --dry-run" = []
--no-dry-run = []
-i = { slots = ["text?"], makes = "write", unless = ["--dry-run"] }
-x = { slots = ["run"], unless = ["-n"] }
--wipe = { does = ["delete", "discard:tree"], to = "operands", unless = ["-n"] }
-l = { slots = ["load"], split = ",", harmless = ["std*", "no:*"] }
--data = { slots = ["text"], at = "send" }
-o = { slots = ["write"], when = [{ option = ["-d"], slots = ["dir"] }], harmless = ["-"] }
--plug = { slots = ["load?"], does = "install", harmless = ["none"] }
-j = { slots = ["argv"], until = [";"], fills = "{}", job = true }
"""
CASES = {
    "operands-under-another-option": ("-t d a b", ["write d by -t", "read a", "read b"]),
    "by-another-spelling-behind": ("a b --target=d", ["read a", "read b", "write d by --target"]),
    "by-an-abbreviation": ("--tar d a b", ["write d by --target", "read a", "read b"]),
    "second-condition": ("-d a b", ["dir a", "dir b"]),
    "first-condition-wins": ("-d -t x a", ["write x by -t", "read a"]),
    "condition-on-a-value": ("--mode=dirs a b", ["text dirs by --mode", "dir a", "dir b"]),
    "condition-on-another-value": ("--mode=files a b", ["text files by --mode", "read a", "write b"]),
    "option-under-another-option": ("-o f -d", ["dir f by -o"]),
    "option-by-itself": ("-o f", ["write f by -o"]),
    "makes": ("-i a b c", ["write a", "write b", "write c"]),
    "makes-with-a-suffix": ("-i.bak a b", ["text .bak by -i", "write a", "write b"]),
    "makes-cancelled": ("-i -n a b", ["read a", "write b"]),
    "cancelled": ("-x sh -n", []),
    "cancelled-by-another-spelling-behind": ("-x sh --dry-run", []),
    "cancelled-and-taken-back": ("-x sh -n --no-dry-run", ["run sh by -x"]),
    "taken-back-and-cancelled-again": ("-x sh --no-dry-run -n", []),
    "effect": ("--wipe a b", ["read a", "write b", "! delete a b by --wipe", "! discard a b by --wipe"]),
    "effect-cancelled": ("--wipe a b -n", ["read a", "write b"]),
    "list": ("-l a,b", ["load a by -l", "load b by -l"]),
    "list-with-harmless-items": ("-l std,evil,no:x", ["text std by -l", "load evil by -l", "text no:x by -l"]),
    "list-with-an-unknown": ("-l a,b%X,c", ["load a by -l", "load b%X by -l", "load c by -l"]),
    "harmless-beginning": ("-l no:%X", ["text no:%X by -l"]),
    "unknown-is-not-harmless": ("-l %X", ["load %X by -l"]),
    "file-behind-at": ("--data @f", ["send f by --data"]),
    "no-at": ("--data f", ["text f by --data"]),
    "at-may-come": ("--data %X", ["send %X by --data", "text %X by --data"]),
    "at-with-unknown-file": ("--data @%X", ["send %X by --data"]),
    "harmless": ("-o -", ["text - by -o"]),
    "harmless-value-has-no-effect": ("--plug=none", ["text none by --plug"]),
    "dangerous-value-has-one": ("--plug=x", ["load x by --plug", "! install by --plug"]),
    "absent-value-has-one": ("--plug", ["! install by --plug"]),
}


@pytest.mark.parametrize(("line", "expected"), CASES.values(), ids=CASES)
def test_settles_what_is_given(lines_of, line, expected) -> None:
    """Conditions hold by any spelling and in any order; what is cancelled is not there."""
    assert lines_of(RULE, line) == expected


def test_carries_the_job_and_the_placeholder(reading_of) -> None:
    """A value says by itself whether it is the tool's job and what the tool fills in."""
    (value,) = reading_of(RULE, "-j sh {} ;").values

    assert (value.job, value.fills, value.index, value.option) == (True, "{}", 1, "-j")


XARGS = """
[grammar]
style = "getopt-long"
permute = false
[operands]
slots = ["argv"]
job = true
fills = ["-I", "--replace"]
appends = true
[options]
"-I" = ["text"]
"-i, --replace" = ["text?"]
"""


@pytest.mark.parametrize(
    ("line", "fills"),
    [("-I R rm R", "R"), ("rm", ""), ("--replace=Q rm", "Q"), ("-I R -I S rm", "S"), ("-I %X rm", "")],
)
def test_the_placeholder_of_the_operands_is_an_options_value(reading_of, line, fills) -> None:
    """`xargs -I R` replaces R; the last such option counts."""
    value = reading_of(XARGS, line).values[-1]

    assert (value.slot.kind, value.fills, value.appends, value.job) == ("argv", fills, True, True)


OPERANDS = """
[operands]
slots = ["package*"]
does = "install"
unless = ["-n"]
harmless = ["."]
[options]
-n = []
"""


@pytest.mark.parametrize(
    ("line", "expected"),
    [("x .", ["package x", "text .", "! install"]), ("", []), ("-n x", [])],
)
def test_operands_have_effects_too(lines_of, line, expected) -> None:
    """`does`, `unless` and `harmless` mean the same for operands."""
    assert lines_of("[grammar]\n" + OPERANDS, line) == expected
