"""The verb `rules`."""

import argparse
import json
import shutil
from pathlib import Path

import pytest

from interposer.cli import installed, rules
from interposer.cli.documented import from_help
from interposer.cli.drafting import draft
from interposer.errors import UsageError
from interposer.rulebook import compile_rule, schema
from interposer_argv.grammar import Slot

pytestmark = pytest.mark.suite("rules-verb")


def call(*words: str) -> int:
    """Run `interposer rules WORDS`."""
    parser = argparse.ArgumentParser()
    rules.configure(parser)
    return rules.run(parser.parse_args(words))


def test_list_has_a_row_for_each_tool(capsys) -> None:
    """Plain columns where nobody looks, JSON for programs."""
    call("list", "find")
    plain = capsys.readouterr().out
    call("list", "--json")
    rows = json.loads(capsys.readouterr().out)

    assert plain.split("\t")[0] == "find"
    assert {"find"} <= {row["tool"] for row in rows}
    assert all(row["options"] >= 0 and len(row["digest"]) == 12 for row in rows)


def test_show_says_what_each_option_does(capsys) -> None:
    """Values and effects are written in the words of the format."""
    call("show", "find")
    plain = capsys.readouterr().out
    call("show", "find", "--json")
    (rule,) = json.loads(capsys.readouterr().out)

    assert "-fprintf\twrite text\t" in plain
    assert rule["grammars"][0]["options"]["-fprintf"] == "write text"
    assert rule["grammars"][0]["options"]["-delete"] == "does delete"


def test_schema_is_printed(capsys) -> None:
    """What is printed is what `rules/schema.json` holds."""
    call("schema")

    assert json.loads(capsys.readouterr().out) == schema()


@pytest.mark.parametrize("words", [("show",), ("show", "no-such-tool"), ("new",), ("new", "no-such-tool")])
def test_a_tool_that_is_not_there_is_said(words) -> None:
    """A verb without its tool, or with one that nobody knows, is a usage error."""
    with pytest.raises(UsageError):
        call(*words)


def test_coverage_compares_with_the_installed_tool(capsys, monkeypatch) -> None:
    """A complete grammar that lacks a documented option makes the exit status 1."""
    answers = {"good": "-delete", "bad": "-delete\n-zap"}
    statuses = {}
    for name, text in answers.items():
        monkeypatch.setattr(installed, "documented", lambda *_, text=text: from_help(text))
        statuses[name] = call("coverage", "find", "--json")
    reports = [json.loads(line) for line in capsys.readouterr().out.splitlines()]

    assert statuses == {"good": 0, "bad": 1}
    assert reports[1][0]["missing"] == ["-zap"]


def test_a_draft_is_a_rule(tmp_path) -> None:
    """What `rules new` prints loads as it is, with the arities that the help shows."""
    text = draft("t", from_help("  -o, --output=FILE  write\n  -a  all\n  --color[=WHEN]  colour\n"), 't --help, "1.0"')
    (tmp_path / "t.toml").write_text(text)
    options = compile_rule(tmp_path / "t.toml").grammar.options

    assert options["-o"].names == ("-o", "--output")
    assert (options["--output"].slots, options["-a"].slots) == ((Slot("text"),), ())
    assert options["--color"].slots == (Slot("text", optional=True),)


@pytest.mark.skipif(shutil.which("tar") is None, reason="tar is not installed")
def test_the_installed_tar_documents_its_options() -> None:
    """The real help text is understood."""
    found = installed.documented("tar") or {}

    assert (found["--to-command"].value, found["-x"].value) == ("required", "none")


def test_a_tool_that_hangs_is_stopped(tmp_path, monkeypatch) -> None:
    """Each question has a time limit, and what the tool started goes with it."""
    monkeypatch.setattr(installed, "SECONDS", 0.3)

    assert installed.output(["sh", "-c", "echo begun; sleep 60 & wait"], tmp_path) == "begun\n"


def test_a_tool_is_asked_in_an_empty_folder_without_input(tmp_path) -> None:
    """No file of the operator lies there, and stdin is empty."""
    assert installed.output(["sh", "-c", "ls -A; cat; pwd"], tmp_path).strip() == str(Path(tmp_path).resolve())


def test_a_tool_that_is_not_installed_documents_nothing() -> None:
    """The answer is none, not an error."""
    assert installed.documented("no-such-tool") is None
