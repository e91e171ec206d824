"""Which operand stands in which slot."""

import pytest

pytestmark = pytest.mark.suite("argv")

CASES = {
    "last-is-another": ('["read*", "write"]', "a b c", ["read a", "read b", "write c"]),
    "two-fill-both": ('["read*", "write"]', "a b", ["read a", "write b"]),
    "one-fills-the-repeated": ('["read*", "write"]', "a", ["read a"]),
    "first-is-another": ('["script:sed", "read*"]', "p a b", ["script:sed p", "read a", "read b"]),
    "fixed": ('["read", "write"]', "a b", ["read a", "write b"]),
    "surplus-is-text": ('["read", "write"]', "a b c", ["read a", "write b", "text c"]),
    "none-listed": ("[]", "a", ["text a"]),
    "both-ends": ('["text", "read*", "write"]', "a b c d", ["text a", "read b", "read c", "write d"]),
    "command": ('["text", "argv"]', "5 ls -l", ["text 5", "argv ls -l"]),
    "assignments-then-command": (
        '["env-assign*", "argv"]',
        "A=1 B=2 ls C=3",
        ["env-assign A=1", "env-assign B=2", "argv ls C=3"],
    ),
    "assignments-alone": ('["env-assign*", "argv"]', "A=1", ["env-assign A=1"]),
    "assignment-of-unknown": ('["env-assign*", "argv"]', "A=%X ls", ["env-assign A=%X", "argv ls"]),
    "assignment-or-command": (
        '["env-assign*", "argv"]',
        "%X ls",
        ["argv %X ls", "env-assign %X", "argv ls", "may be option %X"],
    ),
    "joined-shell-words": ('["host", "shell*"]', "h rm -rf x", ["host h", "shell rm -rf x"]),
    "key-and-value": ('["setting"]', "core.pager less", ["setting core.pager less", "text less"]),
    "key-alone": ('["setting"]', "core.pager", ["setting core.pager"]),
    "key-with-equals": ('["setting"]', "a=b c", ["setting a=b", "text c"]),
    "repeated-settings-stand-alone": ('["setting*"]', "all CC=x", ["setting all", "setting CC=x"]),
    "several-in-front-of-the-last": ('["read*", "write"]', "%%X c", ["read %%X", "write c", "may be option %%X"]),
    "several-at-the-end": (
        '["read*", "write"]',
        "a b %%X",
        ["read a", "read b", "write b", "read %%X", "write %%X", "may be option %%X"],
    ),
    "several-in-front": (
        '["script:sed", "read*"]',
        "%%X p",
        ["read %%X", "script:sed %%X", "read p", "script:sed p", "may be option %%X"],
    ),
    "in-front-of-several-is-certain": (
        '["script:sed", "read*"]',
        "p %%X",
        ["script:sed p", "read %%X", "may be option %%X"],
    ),
    "harmless-positions-are-dropped": ('["text", "write"]', "%%X a", ["write %%X", "write a", "may be option %%X"]),
    "several-in-front-of-a-command": ('["text", "argv"]', "%%X ls", ["text %%X", "argv ls", "may be option %%X"]),
}


@pytest.mark.parametrize(("slots", "line", "expected"), CASES.values(), ids=CASES)
def test_places_operands(lines_of, slots, line, expected) -> None:
    """Slots fill from the front, behind a repeated one from the end; uncertain positions keep every danger."""
    permute = "false" if "argv" in slots or "shell" in slots else "true"

    assert lines_of(f"[grammar]\npermute = {permute}\n[operands]\nslots = {slots}\n", line) == expected
