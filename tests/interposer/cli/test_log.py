"""What a person and a script see of the log."""

import argparse
import fcntl
import json
import os
import pty
import re
import struct
import subprocess
import sys
import termios
import time
from pathlib import Path

import pytest

from interposer.audit.canonical import restored
from interposer.audit.journal import Journal
from interposer.audit.record import Pinned, Seen, exit_of, record_of, session_close, session_open
from interposer.audit.redact import Redactor
from interposer.audit.segment import segments
from interposer.cli import log
from interposer.decision import Decision
from interposer.errors import UsageError
from interposer.paths import state_dir
from interposer.request import Request, Session, Where, Who

pytestmark = pytest.mark.suite("log")

PINNED = Pinned(Redactor(b"k" * 32), "p" * 64, "r" * 64)
CODEX = Session("01JD8Q0000000000000000000A", Who("codex"), Where("chat", project="/home/u/proj"))
AIDER = Session("01JD8Q0000000000000000000B", Who("aider"), Where("ide", project="/home/u/other"))
START = 1_700_000_000_000_000


@pytest.fixture
def state(tmp_path, monkeypatch):
    """An empty state folder that the verb reads."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    return state_dir()


def _decided(session, verdict, line, at, **more):
    decision = Decision(verdict, line=line, **more)
    seen = Seen(time=START + at * 1_000_000, us=1_130, lineage=("go test", "pkg.test") if "bash" in line else ())
    return record_of(decision, Request(argv=tuple(line.split()), layer="exec"), session, PINNED, seen)


@pytest.fixture
def filled(state):
    """Two sessions in two segments whose records interleave in time; the ids by line."""
    one, two = Journal.open(state), Journal.open(state)
    one.append(session_open(CODEX, PINNED, time=START, argv=["codex"]))
    ids = {"ls": one.append(_decided(CODEX, "allow", "ls", 1))}
    two.append(session_open(AIDER, PINNED, time=START + 1_500_000, argv=["aider"]))
    ids["make"] = two.append(_decided(AIDER, "ask", "make", 2, rule="quota"))
    ids["deny"] = one.append(_decided(CODEX, "deny", "go test -exec sh", 3, rule="injected-shell", reason="-exec"))
    ids["bash"] = one.append(_decided(CODEX, "allow", "bash \x1b[31m[red]x[/red]", 4, findings=("unexpected-child",)))
    one.append(exit_of(CODEX.sid, ids["bash"], time=START + 5_000_000, exit_status=3, ms=7))
    one.append(session_close(CODEX.sid, time=START + 6_000_000, counts={"allow": 2, "deny": 1}))
    one.close()
    two.close()
    return ids


def _log(*words: str) -> int:
    parser = argparse.ArgumentParser()
    log.configure(parser)
    return log.run(parser.parse_args(list(words)))


def test_tail_is_in_order_of_time(filled, capfd) -> None:
    """Records of several brokers stand in the order in which they happened, each with who, where and verdict."""
    assert _log("tail") == 0

    lines = capfd.readouterr().out.splitlines()
    shown = "go test > pkg.test > bash ?[31m[red]x[/red]"

    assert [re.sub(" {2,}", "|", line) for line in lines] == [
        f"2023-11-14 22:13:20|codex|chat|session {CODEX.sid} opened codex".replace("opened ", "opened|"),
        "2023-11-14 22:13:21|codex|chat|exec|allow|ls|1.1 ms",
        f"2023-11-14 22:13:21|aider|ide|session {AIDER.sid} opened|aider",
        f"2023-11-14 22:13:22|aider|ide|exec|ask|make|quota|1.1 ms|{filled['make']}",
        f"2023-11-14 22:13:23|codex|chat|exec|deny|go test -exec sh|injected-shell|1.1 ms|{filled['deny']}",
        f"2023-11-14 22:13:24|codex|chat|exec|allow|{shown}|! unexpected-child|1.1 ms|{filled['bash']}",
        f"2023-11-14 22:13:26|session {CODEX.sid} closed|allow 2|deny 1",
    ]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["--agent", "codex", "--verdict", "allow"], ["ls", "bash"]),
        (["--verdict", "deny"], ["deny"]),
        (["--session", AIDER.sid[:26], "--verdict", "ask"], ["make"]),
        (["--session", AIDER.sid.lower(), "--verdict", "ask"], ["make"]),
        (["--verdict", "allow", "-n", "1"], ["bash"]),
        (["--verdict", "allow", "--since", "3"], ["bash"]),
        (["--verdict", "allow", "-n", "0"], []),
        (["--agent", "nobody"], []),
    ],
)
@pytest.mark.parametrize("action", ["tail", "export"])
def test_filters_choose_records(action, words, expected, filled, capfd) -> None:
    """Agent, verdict, session and number narrow what is shown; `--json` gives the canonical lines."""
    assert _log(action, "--json", *words) == 0

    lines = capfd.readouterr().out.encode().splitlines()
    if action == "export" and "-n" in words:
        expected = ["ls", "bash"]

    assert [restored(line)["id"] for line in lines] == [filled[key] for key in expected]


def test_nothing_is_cut_in_a_pipe(state, capfd) -> None:
    """A script that reads the rows gets every word of them."""
    journal = Journal.open(state)
    session = Session("01JD8Q0000000000000000000C", Who("an-agent-with-a-long-name"), Where("chat"))
    journal.append(_decided(session, "deny", "x" * 300, 1, rule="a-rule-with-a-very-long-name", findings=("unlisted",)))

    _log("tail")

    assert capfd.readouterr().out.split()[2:-3] == [
        "an-agent-with-a-long-name", "chat", "exec", "deny", "x" * 300, "a-rule-with-a-very-long-name", "!", "unlisted",
    ]  # fmt: skip


def test_empty_log_is_no_error(state, capfd) -> None:
    """Before the first record every reading verb has nothing to say."""
    assert [_log(action) for action in ("tail", "sessions", "export")] == [0, 0, 0]
    assert capfd.readouterr().out == ""


def test_show_tells_every_field(filled, capfd) -> None:
    """A record is found by its id, its beginning or the short form that `tail` prints, with its exit status."""
    full = filled["bash"]
    for wanted in (full, full.lower(), f"{full[:6]}\u2026{full[-4:]}"):
        assert _log("show", wanted) == 0
        out = capfd.readouterr().out

        assert f"decision {full}" in out
        assert re.search(r"exit +3\n", out)
        assert re.search(r"what.findings +\"unexpected-child\"", out)
        assert "\x1b" not in out


def test_show_json_is_the_canonical_line(filled, state, capfd) -> None:
    """What `show --json` prints is what is hashed."""
    _log("show", filled["deny"], "--json")

    line = capfd.readouterr().out.encode()

    assert any(line in path.read_bytes() for path in segments(state))


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["show", "01ZZZZZZZZ"], "IP-16"),
        (["show", "01"], "IP-16"),
        (["show"], "IP-10"),
        (["tail", "x"], "IP-10"),
        (["verify"], "IP-19"),
        (["prove"], "IP-19"),
        (["bundle"], "IP-19"),
    ],
)
def test_what_cannot_be_done_is_said(words, code, filled) -> None:
    """Unknown and ambiguous ids, and verbs of a later version, are errors with a code."""
    with pytest.raises(UsageError) as refused:
        _log(*words)

    assert refused.value.code == code


def test_sessions_are_counted(filled, capfd) -> None:
    """Each session with who, where, its counts, and whether it was closed."""
    assert _log("sessions", "--json") == 0
    rows = [json.loads(line) for line in capfd.readouterr().out.splitlines()]

    assert [(row["sid"], row["agent"], row["context"], row["closed"], row["counts"]) for row in rows] == [
        (CODEX.sid, "codex", "chat", True, {"allow": 2, "ask": 0, "deny": 1}),
        (AIDER.sid, "aider", "ide", False, {"allow": 0, "ask": 1, "deny": 0}),
    ]


def test_sessions_for_a_person(filled, capfd) -> None:
    """The same in columns."""
    _log("sessions", "--session", CODEX.sid)

    assert re.sub(" +", " ", capfd.readouterr().out) == (
        f"{CODEX.sid} 2023-11-14 22:13:20 codex, observed chat closed allow 2 ask 0 deny 1 /home/u/proj\n"
    )


def test_damage_is_reported(filled, state, capfd) -> None:
    """A changed line makes reading verbs say where, and end with status 1."""
    path = segments(state)[0]
    path.chmod(0o600)
    path.write_bytes(path.read_bytes().replace(b'"deny"', b'"DENY"', 1))

    status = _log("export")
    captured = capfd.readouterr()

    assert status == 1
    assert f"IP-75: `{path.name}` is damaged at byte" in captured.err
    assert captured.out.count("\n") == 8


def _on_terminal(columns: int, *words: str, **environ: str) -> str:
    """The verb's output on a terminal of so many columns."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    code = "import sys; from interposer.cli.main import main; sys.exit(main(sys.argv[1:]))"
    inherited = {name: value for name, value in os.environ.items() if name not in {"NO_COLOR", "COLUMNS"}}
    subprocess.run(
        [sys.executable, "-c", code, "log", *words],
        stdin=theirs, stdout=theirs, check=True, env={**inherited, "TERM": "xterm-256color", **environ},
    )  # fmt: skip
    os.close(theirs)
    content = b""
    try:
        while piece := os.read(ours, 65_536):
            content += piece
    except OSError:
        pass  # Linux: EIO once the other side is closed
    os.close(ours)
    return content.decode()


@pytest.mark.parametrize("columns", [60, 80, 120, 200])
def test_rows_fit_the_terminal(columns, filled) -> None:
    """Each record is one row that does not wrap, with the date before the first."""
    lines = _on_terminal(columns, "tail", NO_COLOR="1").splitlines()

    assert lines[0] == "2023-11-14"
    assert len(lines) == 8
    assert max(map(len, lines)) <= max(columns, 60)
    assert any("deny" in line for line in lines)
    assert "\x1b" not in "".join(lines)


def test_colour_repeats_the_word_only(filled) -> None:
    """With colours the text is the same as without."""
    plain = _on_terminal(160, "tail", NO_COLOR="1")
    coloured = _on_terminal(160, "tail")

    assert "\x1b[31m" in coloured
    assert re.sub(r"\x1b\[[0-9;]*m", "", coloured) == plain
    assert "[red]x[/red]" in plain


def test_follow_shows_what_comes(filled, state) -> None:
    """`tail -f` prints a record soon after it was appended, once, from old and from new segments."""
    code = "import sys; from interposer.cli.main import main; sys.exit(main(sys.argv[1:]))"
    journal = Journal.open(state)
    journal.append(_decided(AIDER, "allow", "first", 10))
    words = [sys.executable, "-c", code, "log", "tail", "-f", "-n", "1", "--json"]
    with subprocess.Popen(words, stdout=subprocess.PIPE) as follower:
        seen = [restored(follower.stdout.readline().rstrip(b"\n"))["what"]["line"]]
        journal.append(_decided(AIDER, "allow", "second", 11))
        seen.append(restored(follower.stdout.readline().rstrip(b"\n"))["what"]["line"])
        Journal.open(state).append(_decided(AIDER, "allow", "third", 12))
        seen.append(restored(follower.stdout.readline().rstrip(b"\n"))["what"]["line"])
        follower.kill()

    assert seen == ["first", "second", "third"]


def test_reading_changes_nothing(filled, state, capfd) -> None:
    """No verb of `log` writes to the state folder."""
    before = {path: (path.stat().st_mtime_ns, path.stat().st_size) for path in Path(state).rglob("*")}
    for words in (["tail"], ["sessions"], ["export"], ["show", filled["ls"]]):
        _log(*words)

    assert {path: (path.stat().st_mtime_ns, path.stat().st_size) for path in Path(state).rglob("*")} == before
