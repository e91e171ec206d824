"""POSIXLY_CORRECT: who obeys it, asked of the tools themselves."""

import shutil
import subprocess
from pathlib import Path

import pytest

from interposer.rulebook import Rulebook
from interposer_argv.reader import read
from interposer_argv.reading import ArgvReading
from interposer_shell.word import literal

pytestmark = pytest.mark.suite("argv")

BOOK = Rulebook.open([Path(__file__).parents[2] / "rules"])


def reading(tool: str, words: list[str], *, posix: bool) -> ArgvReading:
    """The words as the shipped rule reads them."""
    rule = BOOK.find(tool)
    assert rule is not None
    return read(rule.grammar, [literal(word) for word in words], posix=posix)


@pytest.mark.parametrize("posix", [False, True])
def test_a_gnu_tool_stops_at_its_first_operand(tmp_path, posix) -> None:
    """`tee a -a` appends to a, and under POSIXLY_CORRECT it writes two files."""
    program = shutil.which("tee")
    if program is None:
        pytest.skip("tee is not installed")
    variables = {"POSIXLY_CORRECT": "1"} if posix else {}
    subprocess.run([program, "a", "-a"], cwd=tmp_path, env=variables, input=b"", capture_output=True, check=True)
    found = reading("tee", ["a", "-a"], posix=posix)

    assert sorted(path.name for path in tmp_path.iterdir()) == (["-a", "a"] if posix else ["a"])
    assert [value.word.text for value in found.values] == (["a", "-a"] if posix else ["a"])
    assert found.given == (() if posix else ("-a",))


RULE = """
[grammar]
style = "single-dash"
{}
response = "config"
[operands]
slots = ["load", "read*"]
[options]
-o = ["write"]
"""
RESPONSES = {
    "operand": ("", "@f a", ["config f", "load a"]),
    "behind-an-operand": ("", "a @f b", ["load a", "config f", "read b"]),
    "as-a-value": ("", "-o @f a", ["write @f by -o", "config f", "load a"]),
    "unknown-operand": ("", "%X a", ["load %X", "config %X", "read a", "may be option %X"]),
    "launcher": ("permute = false", "@f a", ["config f", "load a"]),
    "argument-of-what-is-launched": ("permute = false", "a @f", ["load a", "read @f"]),
}


@pytest.mark.parametrize(("head", "line", "expected"), RESPONSES.values(), ids=RESPONSES)
def test_response_files(lines_of, head, line, expected) -> None:
    """`@FILE` is no operand, and FILE is seen wherever the tool replaces it."""
    assert lines_of(RULE.format(head), line) == expected


@pytest.mark.parametrize(
    ("tool", "words"),
    [("gcc", ["@f"]), ("gcc", ["-o", "@f"]), ("ld", ["@f"]), ("javac", ["@f"]), ("java", ["@f"]), ("rustc", ["@f"])],
)
def test_the_real_tool_reads_a_response_file(tmp_path, tool, words) -> None:
    """A file that holds `--version` makes the tool print its version, and the rule says that the file is read."""
    program = shutil.which(tool)
    if program is None:
        pytest.skip(f"{tool} is not installed")
    (tmp_path / "f").write_text("x --version\n" if len(words) > 1 else "--version\n")
    done = subprocess.run([program, *words], cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False)

    assert (done.returncode, bool(done.stdout)) == (0, True)
    assert [v.word.text for v in reading(tool, words, posix=False).values if v.slot.kind == "config"] == ["f"]
