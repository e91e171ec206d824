"""Options that never take an attached value, and a lone `-` as an option: what shells and env do."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from interposer.rulebook import Rulebook
from interposer_argv.reader import read
from interposer_shell.word import literal

pytestmark = pytest.mark.suite("argv")

BOOK = Rulebook.open([Path(__file__).parents[2] / "rules"])
RULE = """
[grammar]
style = "getopt"
complete = true
plus = true
[operands]
slots = ["load", "rest*"]
when = [{ option = ["-c"], slots = ["shell", "rest*"] }]
[options]
- = { closes = true }
-c = []
-e = []
-w = ["write"]
"-o, +o" = { slots = ["text"], detached = true }
"-p" = { slots = ["number", "read"], detached = true }
"""
CASES = {
    "behind-its-option": ("-o x -c T", ["text x by -o", "shell T"]),
    "first-in-a-bundle": ("-oc x T", ["text x by -o", "shell T"]),
    "last-in-a-bundle": ("-co x T", ["text x by -o", "shell T"]),
    "two-take-in-order": ("-ooc x y T", ["text x by -o", "text y by -o", "shell T"]),
    "two-values": ("-poc 1 f x T", ["number 1 by -p", "read f by -p", "text x by -o", "shell T"]),
    "plus": ("+oc x T", ["text x by +o", "shell T"]),
    "with-an-attached-one-behind-it": ("-owf x T", ["write f by -w", "text x by -o", "load T"]),
    "with-a-separate-one-behind-it": ("-ow x f T", ["text x by -o", "write f by -w", "load T"]),
    "without-a-value": ("-co", []),
    "unlisted-letter": ("-oz x", ["text x by -o", "unknown -oz"]),
    "unquoted-value": ("-oc %%X T", ["text %%X by -o", "shell T", "may be option %%X"]),
    "dash-ends-the-options": ("- -c", ["load -c"]),
    "dash-behind-an-option": ("-c - -e", ["shell -e"]),
    "dash-twice": ("- - a", ["load -", "rest a"]),
    "dash-behind-double-dash": ("-- - a", ["load -", "rest a"]),
}


@pytest.mark.parametrize(("line", "expected"), CASES.values(), ids=CASES)
def test_detached_values_and_lone_dashes(lines_of, line, expected) -> None:
    """A detached value is the next free word, and a listed `-` ends the options where it says so."""
    assert lines_of(RULE, line) == expected


ENV = """
[grammar]
permute = false
complete = true
[operands]
slots = ["env-assign*", "argv"]
[options]
"-, -i" = { closes = true, dashed = true }
-v = []
"""


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("- A=1 c", ["env-assign A=1", "argv c"]),
        ("-v - c", ["argv c"]),
        ("-- - c", ["argv c"]),
        ("- - c", ["argv - c"]),
        ("- -v c", ["argv -v c"]),
        ("-- - - c", ["argv - c"]),
        ("A=1 - c", ["env-assign A=1", "argv - c"]),
        ("-- A=1 - c", ["env-assign A=1", "argv - c"]),
    ],
)
def test_a_dash_that_counts_behind_a_double_dash(lines_of, line, expected) -> None:
    """`dashed`: env(1) looks at the first word that getopt leaves."""
    assert lines_of(ENV, line) == expected


PROBES = [
    ["-oc", "errexit", "echo T"],
    ["-co", "errexit", "echo T"],
    ["-ooc", "errexit", "nounset", "echo T"],
    ["-c", "-o", "errexit", "echo T"],
    ["+oc", "errexit", "echo T"],
    ["+co", "errexit", "echo T"],
    ["-c", "-", "echo T"],
    ["-c", "--", "echo T"],
    ["-c", "-", "-", "echo T"],
    ["-", "-c", "echo T"],
    ["+", "-c", "echo T"],
    ["-", "x.sh"],
    ["-e", "-", "x.sh"],
    ["-", "-", "x.sh"],
    ["--", "-", "x.sh"],
    ["-e", "x.sh", "-c", "echo T"],
]
BASH = [
    ["-Oc", "extglob", "echo T"],
    ["-oOc", "errexit", "extglob", "echo T"],
    ["-Ooc", "extglob", "errexit", "echo T"],
]
ZSH = [["-coerrexit", "echo T"], ["-b", "x.sh"], ["-b", "-c", "echo T"], ["-bc", "echo T"], ["-cb", "echo T", "y"]]


@pytest.mark.parametrize("shell", ["bash", "dash", "zsh"])
def test_the_real_shells_agree(shell, tmp_path) -> None:
    """What the shell runs, text or script, is what the reading says that it runs."""
    program = shutil.which(shell)
    if program is None:
        pytest.skip(f"{shell} is not installed")
    (tmp_path / "x.sh").write_text("echo script\n")
    (tmp_path / "-c").write_text("echo dash-c\n")
    probes = PROBES + (BASH if shell == "bash" else ZSH if shell == "zsh" else [])
    if shell == "zsh":
        probes = [probe for probe in probes if probe[0] not in {"-oc", "-ooc", "+oc"}]

    assert [(probe, ran(program, probe, tmp_path)) for probe in probes] == [
        (probe, foreseen(shell, probe)) for probe in probes
    ]


def ran(program: str, words: list[str], folder: Path) -> str:
    """What the shell printed: `T` of a text, `script` or `dash-c` of a file."""
    environment = {"PATH": os.environ["PATH"], "ZDOTDIR": str(folder)}
    done = subprocess.run(
        [program, *words],
        cwd=folder,
        env=environment,
        input="",
        capture_output=True,
        text=True,
        timeout=10,
        check=False,
    )
    return done.stdout.strip()


def foreseen(shell: str, words: list[str]) -> str:
    """What it would print by our reading."""
    rule = BOOK.find(shell)
    assert rule is not None
    taken = [value for value in read(rule.grammar, [literal(word) for word in words]).values if value.job]
    first = next((value for value in taken if value.slot.kind in {"shell", "load"}), None)
    if first is None:
        return ""
    text = first.word.text or ""
    if first.slot.kind == "shell":
        return "T" if text == "echo T" else ""
    return {"x.sh": "script", "-c": "dash-c"}.get(text, "")
