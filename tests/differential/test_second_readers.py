"""shfmt and bashlex as second readers: what they see as a command we list too."""

import importlib.util
import json
import shutil
import subprocess
import sys
import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest

from interposer.crosscheck import bashlex_commands
from interposer_shell.reader import read
from tests.differential.test_texts import TEXTS

pytestmark = pytest.mark.suite("second-readers")

READ = [row for row in TEXTS if "code" not in row]
# Texts whose argv another reader gets wrong; bash itself agrees with ours (test_texts).
SHFMT_WRONG = {
    "comment-begins-only-at-a-token-12": "a backslash at the end of a comment does not continue it",
    "line-continuation-joins-tokens-11": "a continuation inside `$((` makes it a substitution",
    "reserved-words-08": "`time` behind a pipe is a program to bash",
}
BASHLEX_WRONG = {
    "arithmetic-19": "`((` is not known",
    "comment-begins-only-at-a-token-06": "`#` behind an operator begins no comment",
    "comment-begins-only-at-a-token-07": "likewise",
    "comment-begins-only-at-a-token-08": "likewise",
    "redirections-stand-anywhere-09": "an assignment behind a redirection is taken for an argument",
    "redirections-stand-anywhere-34": "`((` is not known",
}
BASHLEX_WRONG_IN = ("${", "`", "$'", '$"', "\\", "<(", "=(", "'")


def shfmt() -> str:
    """The program, or a skip."""
    found = Path(sys.executable).parent / "shfmt"
    program = str(found) if found.exists() else shutil.which("shfmt")
    if program is None:
        pytest.skip("shfmt is not installed")
    return program


def literal(word: dict) -> str | None:
    """The text of a word of shfmt's tree that holds only plain and quoted text."""
    out = ""
    for part in word["Parts"]:
        match part["Type"]:
            case "Lit" if "\\" not in part["Value"] and not set(part["Value"]) & set("*?[{~"):
                out += part["Value"]
            case "SglQuoted" if not part.get("Dollar"):
                out += part.get("Value", "")
            case _:
                return None
    return out


def calls(node: object) -> Iterator[list[str]]:
    """The plain simple commands of shfmt's tree."""
    if isinstance(node, dict):
        if node.get("Type") == "CallExpr" and node.get("Args"):
            words = [literal(word) for word in node["Args"]]
            if None not in words:
                yield words
        for value in node.values():
            yield from calls(value)
    elif isinstance(node, list):
        for value in node:
            yield from calls(value)


def ours(text: str) -> set[tuple[str | None, ...]]:
    """The words of each command of our reading, None where not static."""
    return {tuple(word.text for word in command.words) for command in read(text).commands}


@pytest.mark.parametrize("row", READ, ids=lambda row: row["id"])
def test_what_shfmt_sees_is_listed(row) -> None:
    """Each simple command of shfmt's tree that is plain text stands in our reading."""
    done = subprocess.run(
        [shfmt(), "-ln", "bash", "--to-json"], input=row["text"].encode(), capture_output=True, check=False
    )
    if done.returncode or row["id"] in SHFMT_WRONG:
        return
    seen = {tuple(words) for words in calls(json.loads(done.stdout))}

    assert seen - ours(row["text"]) == set()


def test_what_bashlex_sees_is_listed() -> None:
    """Of the texts that bashlex reads without its known faults, each plain command stands in our reading."""
    if importlib.util.find_spec("bashlex") is None:
        pytest.skip("bashlex is not installed")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import bashlex  # noqa: PLC0415 (an optional second reader)

        compared, missing = 0, {}
        for row in READ:
            text = row["text"]
            if row["id"] in BASHLEX_WRONG or any(part in text for part in BASHLEX_WRONG_IN) or set(text) & set("*?[{~"):
                continue
            try:
                trees = bashlex.parse(text)
            except Exception:  # noqa: BLE001, S112 (it raises what it likes on texts that it cannot read)
                continue
            compared += 1
            seen = {found for tree in trees for found in bashlex_commands(tree)}
            if seen - ours(text):
                missing[row["id"]] = seen - ours(text)

    assert missing == {}
    assert compared > 40
