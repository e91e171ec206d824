"""dd's `key=value` words."""

import pytest

pytestmark = pytest.mark.suite("argv")

RULE = """
[grammar]
style = "dd"
complete = true
[options]
if = ["read"]
of = ["write"]
bs = []
--help = { ends = true }
"""
CASES = {
    "keys": ("if=a of=b bs=1", ["read a by if", "write b by of"]),
    "value-with-equals": ("of=a=b", ["write a=b by of"]),
    "unlisted-key": ("zz=1", ["unknown zz=1"]),
    "word-without-equals": ("file", ["unknown file"]),
    "double-dash": ("-- of=b", ["write b by of"]),
    "unknown-value": ("of=%X", ["write %X by of"]),
    "unknown-key": ("%X", ["text %X", "may be option %X"]),
    "half-unknown-key": ("o%X", ["text o%X", "unknown o%X", "may be option o%X"]),
}


@pytest.mark.parametrize(("line", "expected"), CASES.values(), ids=CASES)
def test_reads_dd(lines_of, line, expected) -> None:
    """Each word is a key with its value."""
    assert lines_of(RULE, line) == expected
