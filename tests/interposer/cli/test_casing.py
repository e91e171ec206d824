"""Case tables."""

import json

import pytest

from interposer.cli.asking import Asker, request_of
from interposer.cli.casing import described, judge_case, load_cases, run_cases
from interposer.errors import UsageError

pytestmark = pytest.mark.suite("cli")

EXEC = "go test -exec ./runner.sh ./..."


def _problems(**case: object) -> dict[str, str]:
    outcomes = judge_case(Asker(), "t", {"id": "a", **case})
    return {one.context: one.problem for one in outcomes}


@pytest.mark.parametrize(
    ("case", "chat", "ci"),
    [
        ({"line": EXEC, "chat": "stop", "ci": "allow"}, "", ""),
        ({"line": EXEC, "chat": "deny", "ci": "allow", "names": "-exec"}, "", ""),
        ({"line": EXEC, "chat": "allow"}, "should be allow, is deny", ""),
        ({"line": EXEC, "chat": "stop"}, "", "should be stopped, is allowed"),
        ({"line": EXEC, "chat": "ask", "ci": "allow"}, "should be ask, is deny", ""),
        ({"line": EXEC, "chat": "stop", "ci": "allow", "names": "-toolexec"}, "does not name `-toolexec`", ""),
        ({"line": EXEC, "chat": "stop", "ci": "allow", "rule": "tamper"}, "should be refused by tamper, is by", ""),
        ({"line": EXEC, "chat": "stop", "ci": "allow", "rule": "injected-run"}, "", ""),
        ({"argv": ["echo", ";", "rm"], "chat": "allow"}, "", ""),
        ({"line": "rm /srv/x/a", "cwd": "/srv/x", "chat": "allow"}, "", ""),
    ],
)  # fmt: skip
def test_a_case_says_what_it_disagrees_with(case, chat, ci) -> None:
    """In each context; what is left out for ci is as in the chat."""
    problems = _problems(**case)

    assert [bool(problems["chat"]), bool(problems["ci"])] == [bool(chat), bool(ci)]
    assert chat in problems["chat"]
    assert ci in problems["ci"]


@pytest.mark.parametrize(
    "text",
    [
        '[[case]]\nid = "a"\n',
        '[[case]]\nchat = "deny"\n',
        '[[case]]\nid = "a"\nchat = "deny"\nlin = "x"\n',
        "[[case]\n",
    ],
)
def test_a_malformed_table_is_an_error(tmp_path, text) -> None:
    """An unknown key could be a misspelled expectation."""
    path = tmp_path / "t.toml"
    path.write_text(text)

    with pytest.raises(UsageError) as caught:
        load_cases(path)
    assert caught.value.code == "IP-14"


def test_a_table_is_summed_up(tmp_path, capsys) -> None:
    """Each disagreement with its reason, then the count; rows of JSON for programs."""
    path = tmp_path / "t.toml"
    path.write_text('[[case]]\nid = "a"\nline = "ls"\nchat = "deny"\n[[case]]\nid = "b"\nline = "ls"\nchat = "allow"\n')
    statuses = [run_cases([path]), run_cases([path], as_json=True)]
    *lines, rows = capsys.readouterr().out.splitlines()

    assert statuses == [1, 1]
    assert lines[0] == "- t: a [chat] ls"
    assert lines[-1] == "2 of 4 agree"
    assert [bool(row["problem"]) for row in json.loads(rows)] == [True, True, False, False]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("find src -exec ls {} \\;", {"read src", "run ls {} via option"}),
        ("env make", {"run make job"}),
        ("git reset --hard", {"discard:tree via option"}),
        ("sudo ls", {"privilege", "run ls job"}),
        ("GIT_SSH_COMMAND=./x git fetch", {"run ./x via env"}),
        ("", set()),
    ],
)
def test_effects_in_the_words_of_an_example(line, expected) -> None:
    """Those of the command itself: kind, operand, via, job; an act without an operand by its detail."""
    decision = Asker().decide(request_of({"command": line, "cwd": "/home/u/proj"}))

    assert described(decision) == expected
