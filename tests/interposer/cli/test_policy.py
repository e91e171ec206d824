"""`interposer policy`."""

import json

import pytest

from interposer.cli.main import main

pytestmark = pytest.mark.suite("cli")

GOOD = '[[rule]]\nid = "no-rm"\ndecision = "deny"\nwhat.tool = ["rm"]\nunless.place = ["temp"]\nreason = "no"\n'
CASES = '[[case]]\nid = "a"\nline = "rm x"\nchat = "deny"\n[[case]]\nid = "b"\nline = "ls"\nchat = "allow"\n'


@pytest.fixture
def file(tmp_path):
    """A file with the given text."""

    def make(text: str, name: str = "p.toml") -> str:
        (tmp_path / name).write_text(text)
        return str(tmp_path / name)

    return make


def test_show_lists_every_shipped_policy(capsys, monkeypatch, tmp_path) -> None:
    """One line each; the operator's own besides."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    (tmp_path / "interposer" / "policies").mkdir(parents=True)
    (tmp_path / "interposer" / "policies" / "mine.toml").write_text(GOOD)

    assert main(["policy"]) == 0
    names = [line.split()[0] for line in capsys.readouterr().out.splitlines()]
    assert names == ["ci", "default", "mine", "observe", "strict"]


def test_show_of_one_policy_has_its_statements(file, capsys) -> None:
    """Conditions and exceptions in words."""
    main(["policy", "show", file(GOOD + '[[except]]\nrule = "no-rm"\nwhat.line = "rm a"\n')])
    out = capsys.readouterr().out

    assert "deny" in out
    assert "no-rm" in out
    assert "what.tool in rm unless what.place in temp except what.line in rm a" in out


def test_show_as_json(file, capsys) -> None:
    """Name, mode, digest, statements."""
    main(["policy", "show", file(GOOD), "--json"])
    (policy,) = json.loads(capsys.readouterr().out)

    assert {"name", "mode", "closed", "digest", "statements"} <= set(policy)
    assert [one["id"] for one in policy["statements"]] == ["no-rm"]


@pytest.mark.parametrize(
    ("text", "status", "words"),
    [(GOOD, 0, "0 remarks"), (GOOD.replace('["rm"]', '["rm"]\nwhat.place = ["moon"]'), 1, "unknown-value")],
)
def test_lint_says_what_it_found(file, capsys, text, status, words) -> None:
    """Exit status 1 where it found something."""
    assert main(["policy", "lint", file(text)]) == status
    assert words in capsys.readouterr().out


def test_lint_of_all_shipped_policies_finds_nothing(capsys) -> None:
    """What is shipped is clean."""
    assert main(["policy", "lint"]) == 0
    assert "0 remarks" in capsys.readouterr().out


@pytest.mark.parametrize(("policy", "status"), [(GOOD, 0), (GOOD.replace("deny", "ask"), 1)])
def test_a_case_table_is_judged_by_the_named_policy(file, capsys, policy, status) -> None:
    """Exit status 1 where a case disagrees, and the case is named."""
    words = ["policy", "test", file(CASES, "cases.toml"), "--policy", file(policy)]

    assert main(words) == status
    assert ("cases: a [chat] rm x" in capsys.readouterr().out) is bool(status)


@pytest.mark.parametrize("words", [["replay"], ["suggest"]])
def test_what_comes_later_says_so(words, capsys) -> None:
    """With its own code."""
    assert main(["policy", *words]) == 2
    assert "IP-19" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["test"], "IP-10"),
        (["test", "/none.toml"], "IP-14"),
        (["show", "none"], "IP-51"),
        (["lint", "/n.toml"], "IP-51"),
    ],
)
def test_what_is_not_there_is_an_error(words, code, capsys) -> None:
    """Status 2 and one line."""
    assert main(["policy", *words]) == 2
    assert capsys.readouterr().err.startswith(f"interposer: {code}: ")
