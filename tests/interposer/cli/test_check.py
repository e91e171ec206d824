"""`interposer check`."""

import io
import json

import pytest

from interposer.cli.main import main

pytestmark = pytest.mark.suite("cli")

CWD = ["--cwd", "/home/u/proj"]


def _ask(capsys, *words: str) -> tuple[int, dict]:
    status = main(["check", *CWD, *words])
    return status, json.loads(capsys.readouterr().out)


@pytest.fixture
def feed(monkeypatch):
    """Lines for stdin."""

    def give(*lines: bytes) -> None:
        stream = io.TextIOWrapper(io.BytesIO(b"\n".join(lines) + b"\n"))
        monkeypatch.setattr("sys.stdin", stream)

    return give


def _asking_policy(folder) -> str:
    path = folder / "asks.toml"
    path.write_text('[[rule]]\nid = "ask-first"\ndecision = "ask"\nwhat.tool = ["rm"]\n')
    return str(path)


@pytest.mark.parametrize(
    ("words", "status"),
    [(["--", "ls"], 0), (["-c", "ls | head"], 0), (["--", "go", "test", "-exec", "sh"], 4), (["-c", "rm -rf /"], 4)],
)
def test_the_exit_status_is_the_verdict(words, status) -> None:
    """0 allow, 4 deny."""
    assert main(["check", *CWD, *words]) == status


def test_ask_is_status_3(tmp_path, capsys) -> None:
    """A person would have to say."""
    status, answer = _ask(capsys, "--json", "--policy", _asking_policy(tmp_path), "--", "rm", "a")

    assert (status, answer["decision"], answer["rule"]) == (3, "ask", "ask-first")


@pytest.mark.parametrize(
    "words", [[], ["-c", "ls", "--", "ls"], ["--policy", "none", "--", "ls"], ["--policy", "/none.toml", "--", "ls"]]
)
def test_a_question_that_cannot_be_asked_is_status_2(words, capsys) -> None:
    """With one line that has its code."""
    assert main(["check", *words]) == 2
    assert capsys.readouterr().err.startswith("interposer: IP-")


def test_a_malformed_policy_is_status_2(tmp_path, capsys) -> None:
    """It says which file and why."""
    path = tmp_path / "bad.toml"
    path.write_text("[[rule]\n")

    assert main(["check", "--policy", str(path), "--", "ls"]) == 2
    assert "IP-52" in capsys.readouterr().err


def test_a_person_reads_verdict_reason_and_way_out(capsys) -> None:
    """The safer form goes before advice."""
    main(["check", *CWD, "-c", "go test -exec ./x ./..."])
    lines = capsys.readouterr().out.splitlines()

    assert lines[0] == "deny  (injected-run)"
    assert lines[1].startswith("  why: -exec makes go run another program: `./x`")
    assert lines[2] == "  instead: go test ./..."


def test_an_allowed_line_is_one_word(capsys) -> None:
    """Nothing to say is not said."""
    main(["check", *CWD, "--", "ls"])

    assert capsys.readouterr().out == "allow\n"


def test_context_and_assurance_count(capsys) -> None:
    """The same line passes in an attested CI."""
    line = ["--json", "-c", "go test -exec ./runner.sh"]
    chat, ci = _ask(capsys, *line), _ask(capsys, "--context", "ci", "--assurance", "attested", *line)

    assert [chat[0], ci[0]] == [4, 0]
    assert [chat[1]["policy"], ci[1]["policy"]] == ["default", "ci"]


@pytest.mark.parametrize(
    ("words", "status", "command"),
    [
        (
            ["-c", 'ls "$x" a\nrm *'],
            "read",
            {"words": ["ls", {"unknown": "env", "text": "$x", "many": False}, "a"], "line": 1, "depth": 0},
        ),
        (["--", "ls", "$x"], "read", {"words": ["ls", "$x"], "line": 1, "depth": 0}),
    ],
)
def test_a_reading_is_every_command_with_its_words(capsys, words, status, command) -> None:
    """A word is its text where static, else why it is not."""
    reading = _ask(capsys, "--reading", *words)[1]["reading"]

    assert (reading["status"], reading["code"], reading["commands"][0]) == (status, "", command)


def test_the_reading_of_a_refused_text_is_empty(capsys) -> None:
    """It has the refusal's code."""
    status, answer = _ask(capsys, "--reading", "-c", "echo 'open")

    assert status == 4
    assert answer["reading"] == {"status": "refused", "code": "unterminated", "commands": []}


# -- many questions ----------------------------------------------------------------------------------------------------


def test_a_batch_is_answered_in_order(feed, capsys) -> None:
    """One line each, with the id as it was given."""
    rows = [{"id": "a", "command": "ls"}, {"id": 7, "command": "rm -rf /"}, {"id": None, "argv": ["echo", ";"]}]
    feed(*(json.dumps(row).encode() for row in rows), b"", b'{"id": "last", "command": "pwd"}')
    status = main(["check", "--batch", *CWD])
    answers = [json.loads(line) for line in capsys.readouterr().out.splitlines()]

    assert status == 0
    assert [(one["id"], one["decision"]) for one in answers] == [
        ("a", "allow"), (7, "deny"), (None, "allow"), ("last", "allow"),
    ]  # fmt: skip
    assert {"id", "decision", "rule", "reason", "safer", "effects"} <= set(answers[0])


def test_a_long_batch_is_answered_in_order(feed, capsys) -> None:
    """By several processes, each line once; a bad line bears its own number and spoils no other."""
    rows = [json.dumps({"id": at, "command": "rm -rf /" if at % 7 == 0 else "ls"}).encode() for at in range(700)]
    feed(*rows[:600], b"no json", *rows[600:])
    status = main(["check", "--batch", *CWD])
    answers = [json.loads(line) for line in capsys.readouterr().out.splitlines()]

    assert status == 2
    assert "line 601:" in answers.pop(600)["reason"]
    assert [one["id"] for one in answers] == list(range(700))
    assert [one["decision"] for one in answers] == ["allow" if at % 7 else "deny" for at in range(700)]


def test_a_line_may_say_who_and_where_itself(feed, capsys) -> None:
    """What it leaves out comes from the command line."""
    row = {"id": 1, "command": "go test -exec ./r.sh"}
    feed(json.dumps(row).encode(), json.dumps(row | {"context": "chat"}).encode())
    main(["check", "--batch", *CWD, "--context", "ci", "--assurance", "attested"])

    assert [json.loads(line)["decision"] for line in capsys.readouterr().out.splitlines()] == ["allow", "deny"]


BAD_LINES = {
    "no-json": b"rm -rf /",
    "open-json": b'{"id": 3, "command": "ls"',
    "no-object": b'["ls"]',
    "a-text": b'"ls"',
    "null": b"null",
    "nothing-asked": b'{"id": 3}',
    "command-is-a-number": b'{"id": 3, "command": 5}',
    "argv-is-a-number": b'{"id": 3, "argv": 5}',
    "argv-is-a-text": b'{"id": 3, "argv": "ls"}',
    "unknown-context": b'{"id": 3, "command": "ls", "context": "moon"}',
    "unknown-policy": b'{"id": 3, "command": "ls", "policy": "none"}',
    "nested-a-hundred-thousand-deep": b"[" * 100_000,
    "a-number-without-end": b'{"id": ' + b"9" * 10_000 + b"}",
    "bytes-outside-a-string": b"\xff\xfe",
}  # fmt: skip


@pytest.mark.parametrize("line", BAD_LINES.values(), ids=BAD_LINES)
def test_a_bad_line_is_answered_and_the_next_one_too(feed, capsys, line) -> None:
    """Denied, with a code and the line's number; the exit status is 2."""
    feed(line, b'{"id": "next", "command": "ls"}')
    status = main(["check", "--batch", *CWD])
    first, second = [json.loads(row) for row in capsys.readouterr().out.splitlines()]

    assert (status, first["decision"], first["rule"]) == (2, "deny", "unusable-question")
    assert first["reason"].startswith("IP-")
    assert ": line 1: " in first["reason"]
    assert (second["id"], second["decision"]) == ("next", "allow")


@pytest.mark.parametrize("command", [b"a\xffb", b"ls \\ud800", b"ls \\u0000"])
def test_bytes_that_no_shell_line_holds_are_denied(feed, capsys, command) -> None:
    """The answer is plain ASCII."""
    feed(b'{"id": 1, "command": "' + command + b'"}')
    status = main(["check", "--batch", *CWD])
    out = capsys.readouterr().out

    assert (status, json.loads(out)["decision"], out.isascii()) == (0, "deny", True)
