"""What echo and printf print is known as far as their arguments are."""

import shutil
import subprocess

import pytest

from interposer.unfold.printing import formatted, unescaped

BASH = shutil.which("bash") or "/bin/bash"
pytestmark = pytest.mark.suite("unfold")

PRINTED = {
    "plain": ["%s"],
    "text alone": ["a b\\n"],
    "again for each argument": ["%s\\n", "a", "b", "c"],
    "two at a time": ["%s=%s;", "a", "1", "b"],
    "hexadecimal": ["\\x63\\x75rl"],
    "octal": ["\\143\\165rl"],
    "escapes in an argument": ["%b", "a\\tb\\x21"],
    "no escapes in an argument": ["%s", "a\\tb"],
    "width": ["%-5s|%5s|%.2s", "a", "b", "cdef"],
    "numbers": ["%d %03d %x", "7", "8", "255"],
    "percent": ["100%%"],
}


@pytest.mark.parametrize("words", PRINTED.values(), ids=PRINTED)
def test_printf_prints_what_bash_prints(words) -> None:
    """The text is byte for byte what the builtin of bash prints."""
    script = "printf " + " ".join("'" + word + "'" for word in words)
    ran = subprocess.run([BASH, "-c", script], capture_output=True, text=True, check=True)

    assert formatted(words[0], words[1:]) == ran.stdout


@pytest.mark.parametrize("words", [["%(%s)T%"], ["%d", "x"], ["%"]], ids=["date", "word-for-a-number", "open"])
def test_what_is_not_understood_is_not_known(words) -> None:
    """A directive that depends on more than the arguments gives None."""
    assert formatted(words[0], words[1:]) is None


@pytest.mark.parametrize("text", ["\\x69\\x64", "a\\\\b", "a\\cb", "\\0151", "\\u00e9"])
def test_echo_escapes_are_those_of_bash(text) -> None:
    """`echo -e` prints the same."""
    ran = subprocess.run([BASH, "-c", f"echo -en '{text}'"], capture_output=True, text=True, check=True)

    assert unescaped(text) == ran.stdout
