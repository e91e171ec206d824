"""Options to a request, and the answer as JSON."""

import os

import pytest

from interposer.capture import Files
from interposer.cli.asking import Asker, answer_json, effect_json, layers_of, request_of
from interposer.effects import Effect
from interposer.errors import PolicyError, UsageError
from interposer.world import Nowhere

pytestmark = pytest.mark.suite("cli")

ABSENT = "/home/u/proj"


def test_what_is_not_said_has_its_default() -> None:
    """Unknown agent, observed, in a chat, with all layers of `run`."""
    request = request_of({"command": "ls", "cwd": ABSENT})
    session = request.session

    assert (session.who.agent, session.who.assurance) == ("unknown", "observed")
    assert (session.where.context, session.where.assurance) == ("chat", "observed")
    assert session.layers == {"shell", "path", "exec"}
    assert (request.script, request.argv, request.dialect, request.env) == ("ls", (), "bash", None)


def test_assurance_is_meant_for_who_and_where() -> None:
    """One word for both."""
    session = request_of({"command": "ls", "assurance": "attested", "context": "ci"}).session

    assert (session.who.assurance, session.where.assurance) == ("attested", "attested")


@pytest.mark.parametrize(
    ("cwd", "home"),
    [
        ("/home/u/proj", "/home/u"),
        ("/home/u", "/home/u"),
        ("/Users/dev/a/b", "/Users/dev"),
        ("/root/x", "/root"),
        ("/rootless", None),
        ("/srv/app", None),
    ],
)
def test_home_is_the_head_of_the_folder(cwd, home) -> None:
    """Else the asking user's own."""
    found = request_of({"command": "ls", "cwd": cwd}).session.where.home

    assert found == (home or os.path.expanduser("~"))  # noqa: PTH111 - the expected text


def test_a_given_home_counts() -> None:
    """Whatever the folder is."""
    assert request_of({"command": "ls", "cwd": ABSENT, "home": "/x"}).session.where.home == "/x"


def test_the_project_is_the_work_tree_above(tmp_path) -> None:
    """The repository root at or above the folder, else the folder itself, as for one that does not exist."""
    (tmp_path / "repo" / ".git").mkdir(parents=True)
    (tmp_path / "repo" / "a" / "b").mkdir(parents=True)
    (tmp_path / "alone").mkdir()
    folders = [str(tmp_path / "repo" / "a" / "b"), str(tmp_path / "alone"), str(tmp_path / "repo" / "gone")]

    found = [request_of({"command": "ls", "cwd": folder}).session.where.project for folder in folders]
    assert found == [str(tmp_path / "repo"), folders[1], folders[2]]


@pytest.mark.parametrize(("cwd", "expected"), [("", "."), ("x", "x"), ("a/../b/.", "b"), ("..", "..")])
def test_a_relative_folder_is_seen_from_here(tmp_path, monkeypatch, cwd, expected) -> None:
    """And normal in its spelling."""
    monkeypatch.chdir(tmp_path)

    assert request_of({"command": "ls", "cwd": cwd}).cwd == os.path.normpath(tmp_path / expected)


BAD = {
    "argv-is-a-text": {"argv": "ls"},
    "argv-is-a-number": {"argv": 3},
    "argv-is-a-table": {"argv": {"ls": 1}},
    "argv-of-numbers": {"argv": ["ls", 1]},
    "command-is-a-number": {"command": 3},
    "command-is-a-list": {"command": ["ls"]},
    "nothing-is-asked": {},
    "cwd-is-a-number": {"command": "ls", "cwd": 3},
    "unknown-context": {"command": "ls", "context": "moon"},
    "unknown-assurance": {"command": "ls", "assurance": "sure"},
    "unknown-layer": {"command": "ls", "layers": "shell,moon"},
    "unknown-dialect": {"command": "ls", "dialect": "fish"},
}


@pytest.mark.parametrize("fields", BAD.values(), ids=BAD)
def test_a_question_that_cannot_be_used_is_a_usage_error(fields) -> None:
    """Never a question about something else."""
    with pytest.raises(UsageError):
        request_of(fields)


def test_layers_by_name() -> None:
    """Blanks and empty pieces aside."""
    assert layers_of("shell, path,,") == {"shell", "path"}


def test_an_argv_goes_before_a_command() -> None:
    """It is what really runs."""
    request = request_of({"argv": ["echo", ";"], "command": "rm -rf /"})

    assert (request.argv, request.script) == (("echo", ";"), None)


def test_a_folder_that_exists_is_looked_at_and_another_is_not(tmp_path) -> None:
    """Ambient configuration is read only where the line could really stand."""
    asker = Asker()
    worlds = [asker.guard(request_of({"command": "ls", "cwd": cwd})).world for cwd in (str(tmp_path), ABSENT)]

    assert [type(world) for world in worlds] == [Files, Nowhere]


def test_a_policy_is_opened_when_it_is_asked_for(tmp_path) -> None:
    """By name or file; one that is not there is an error, and none stands in for it."""
    path = tmp_path / "mine.toml"
    path.write_text('[[rule]]\nid = "no-cat"\ndecision = "deny"\nwhat.tool = ["cat"]\n')
    asker = Asker()

    assert asker.decide(request_of({"command": "cat x", "policy": str(path)})).rule == "no-cat"
    assert asker.decide(request_of({"command": "cat x"})).verdict == "allow"
    with pytest.raises(PolicyError):
        asker.decide(request_of({"command": "ls", "policy": "none"}))


def test_an_effect_as_json_leaves_out_what_is_empty() -> None:
    """But not what is false."""
    assert effect_json(Effect("run", "x", option="-exec", span=(1, 2), grade="dangerous")) == {
        "kind": "run", "operand": "x", "via": "operand", "job": False, "option": "-exec", "span": [1, 2],
        "origin": "agent", "grade": "dangerous",
    }  # fmt: skip


BATCH = {"decision", "rule", "reason", "safer", "effects", "findings", "advice"}
FULL = BATCH | {"who", "where", "layer", "policy", "commands", "unforeseen", "resolved"}


def test_the_fields_of_an_answer() -> None:
    """Those of `--batch`, and with `full` those of `--json` besides."""
    request = request_of({"command": "go test -exec ./x", "cwd": ABSENT, "agent": "codex"})
    decision = Asker().decide(request)
    short, full = answer_json(decision, request), answer_json(decision, request, full=True)

    assert (set(short), set(full)) == (BATCH, FULL)
    assert (full["decision"], full["safer"], full["resolved"]) == ("deny", "go test", False)
    assert full["who"] == {"agent": "codex", "assurance": "observed", "depth": 0}
    assert full["where"]["cwd"] == full["where"]["project"] == ABSENT
    assert [one["line"] for one in full["commands"]] == ["go test -exec ./x", "./x"]
