"""The second look: where an argv can be read in two ways, both readings count."""

import pytest

pytestmark = pytest.mark.suite("argv")

OPEN = """
[grammar]
permute = false
[operands]
slots = ["text", "argv"]
[options]
-s = ["shell"]
"""
CASES = {
    "unlisted-takes-the-next-word-or-not": ("-z v 5 ls", ["text v", "argv 5 ls", "text 5", "argv ls"]),
    "options-behind-the-value": (
        "--zap v -s id 5 ls",
        ["text v", "argv -s id 5 ls", "shell id by -s", "text 5", "argv ls"],
    ),
    "unlisted-with-its-value": ("--zap=v 5 ls", ["text 5", "argv ls"]),
    "unlisted-in-front-of-an-option": ("--zap -s id 5 ls", ["shell id by -s", "text 5", "argv ls"]),
    "word-that-may-vanish": (
        "%%X -s id 5 ls",
        ["text %%X", "argv -s id 5 ls", "shell id by -s", "text 5", "argv ls", "may be option %%X"],
    ),
    "word-that-stays": ("%X -s id", ["text %X", "argv -s id", "may be option %X"]),
    "nothing-in-doubt": ("-s id 5 ls", ["shell id by -s", "text 5", "argv ls"]),
}


@pytest.mark.parametrize(("line", "expected"), CASES.values(), ids=CASES)
def test_reads_both_ways(lines_of, line, expected) -> None:
    """An open grammar does not know whether an unlisted option takes a value, nor whether `$X` is any word at all."""
    assert lines_of(OPEN, line) == expected
