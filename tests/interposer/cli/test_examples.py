"""`interposer rules test`: what is written about a tool is judged, and a disagreement is shown."""

import json

import pytest

from interposer.cli.main import main

pytestmark = pytest.mark.suite("cli")

RULE = """
tool    = "zz-cut"
summary = "cuts"
[grammar]
style    = "getopt-long"
complete = true
[operands]
slots = ["read"]
[options]
"-f, --prefix" = ["write"]
[[example]]
line = "zz-cut -f part- notes.txt"
does = [{does}]
"""
CASES = """
[[case]]
id    = "prefix-is-a-path"
line  = "zz-cut --pre=/etc/cron.d/x notes.txt"
chat  = "{chat}"
names = "--prefix"
"""
TRUE = '"read notes.txt", "write part- via option"'


@pytest.fixture
def own(tmp_path, monkeypatch):
    """The operator's own folder of rules."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    folder = tmp_path / "interposer"
    (folder / "rules").mkdir(parents=True)
    (folder / "tests" / "rules").mkdir(parents=True)
    return folder


def test_agreement_is_one_line(own, capsys):
    """Examples and the case table beside the operator's own rule are counted, a case once a context."""
    (own / "rules" / "zz-cut.toml").write_text(RULE.format(does=TRUE))
    (own / "tests" / "rules" / "zz-cut.toml").write_text(CASES.format(chat="stop"))

    assert main(["rules", "test", "zz-cut"]) == 0
    assert capsys.readouterr().out == "3 of 3 agree\n"


def test_an_example_that_lists_too_little_is_shown(own, capsys):
    """What is not listed is named, and the status is 1."""
    (own / "rules" / "zz-cut.toml").write_text(RULE.format(does='"read notes.txt"'))

    assert main(["rules", "test", "zz-cut"]) == 1
    assert "not listed: write part- via option" in capsys.readouterr().out


def test_a_case_with_another_verdict_is_shown(own, capsys):
    """The case's id and context stand in the answer, for programs too."""
    (own / "rules" / "zz-cut.toml").write_text(RULE.format(does=TRUE))
    (own / "tests" / "rules" / "zz-cut.toml").write_text(CASES.format(chat="allow"))
    status = main(["rules", "--json", "test", "zz-cut"])
    bad = [one for one in json.loads(capsys.readouterr().out) if one["problem"]]

    assert status == 1
    assert [one["kind"] for one in bad] == ["case prefix-is-a-path [chat]", "case prefix-is-a-path [ci]"]


def test_a_tool_without_a_rule_is_an_error(own, capsys):
    """Nothing tested is never a success."""
    assert main(["rules", "test", "zz-none"]) == 2
    assert "there is no rule for `zz-none`" in capsys.readouterr().err
