"""`rejects`: a missing value makes the real tool end before it does anything."""

import shutil
import subprocess
from pathlib import Path

import pytest

from interposer.rulebook import Rulebook
from interposer_argv.grammar import Grammar
from interposer_argv.reader import read
from interposer_argv.reading import GrammarError
from interposer_argv.scan import GREEDY
from interposer_shell.word import Unknown, Word, literal

pytestmark = pytest.mark.suite("argv")

BOOK = Rulebook.open([Path(__file__).parents[2] / "rules"])
TOOLS = [rule.tool for rule in BOOK.rules() if rule.grammar.rejects]
FRONT = {"tar": ["-c", "-v"], "sed": ["-i", "p", "f"], "grep": ["a", "f"], "find": ["f", "-delete"]}
"""What would do something, or read, if the option behind it had its value."""


def grammar_of(tool: str) -> Grammar:
    """The grammar of a shipped rule."""
    rule = BOOK.find(tool)
    assert rule is not None
    return rule.grammar


def wanting(grammar: Grammar) -> list[str]:
    """The first spelling of every option that takes a separate value."""
    needs = [one for one in {id(o): o for o in grammar.options.values()}.values() if one.slots]
    return [one.names[0] for one in needs if not any(s.optional or s.kind in GREEDY for s in one.slots)]


@pytest.mark.parametrize("tool", TOOLS)
def test_a_missing_value_makes_the_real_tool_do_nothing(tmp_path, tool) -> None:
    """The tool fails, prints nothing on standard output and leaves the folder as it was, for each of its options."""
    program = shutil.which(tool)
    if program is None:
        pytest.skip(f"{tool} is not installed")
    (tmp_path / "f").write_text("a\n")
    wrong = []
    for name in wanting(grammar_of(tool)):
        words = [*FRONT[tool], name]
        done = subprocess.run([program, *words], cwd=tmp_path, input=b"", capture_output=True, timeout=9, check=False)
        kept = [path.name for path in tmp_path.iterdir()] == ["f"] and (tmp_path / "f").read_text() == "a\n"
        with pytest.raises(GrammarError) as caught:
            read(grammar_of(tool), [literal(word) for word in words])
        if done.returncode == 0 or done.stdout or not kept or not caught.value.rejected:
            wrong.append((name, done.returncode, done.stdout, kept, caught.value.rejected))

    assert wrong == []


SED = [Word((text,)) for text in ("-e", "w out", "-e")]
MANY = Word((Unknown("env", "$X", "X", many=True),), many=True)


@pytest.mark.parametrize(
    ("tool", "words"),
    [
        ("sed", SED),
        ("grep", [MANY, literal("-e")]),
        ("grep", [literal("-f"), literal("f"), literal("--nosuch"), literal("-e")]),
        ("sort", [literal("-o")]),
    ],
    ids=["acted-on-before", "unquoted-unknown", "unlisted-option", "tool-not-asked"],
)
def test_what_is_not_certain_is_not_rejected(tool, words) -> None:
    """A value in front may be acted on while options are read; an unknown may hold the value."""
    with pytest.raises(GrammarError) as caught:
        read(grammar_of(tool), words)

    assert not caught.value.rejected


def test_sed_acts_on_a_script_before_it_misses_a_value(tmp_path) -> None:
    """`sed -e 'w out' -e` opens out."""
    program = shutil.which("sed")
    if program is None:
        pytest.skip("sed is not installed")
    subprocess.run([program, "-e", "w out", "-e"], cwd=tmp_path, capture_output=True, timeout=9, check=False)

    assert (tmp_path / "out").exists()
