"""The broker's end of the log."""

import json
from dataclasses import replace

import pytest

from interposer.audit.record import Pinned
from interposer.audit.redact import Redactor
from interposer.broker.journalling import JournalSink
from interposer.decision import Decision
from interposer.request import Request, Session

pytestmark = pytest.mark.suite("broker")
SESSION = Session(sid="01JD8Q00000000000000000000")
REQUEST = Request(argv=("git", "status"), cwd="/p", session=SESSION, pid=1)
ALLOW = Decision("allow", line="git status")


@pytest.fixture
def log(tmp_path):
    """A sink, and a way to read what it wrote."""
    sink = JournalSink(tmp_path / "state", Pinned(Redactor(b"k" * 32)))

    def lines():
        (path,) = (tmp_path / "state/log").glob("journal-*.jsonl")
        return [json.loads(line) for line in path.read_text().splitlines()]

    yield sink, lines
    sink.close()


OTHERS = {
    "same": (REQUEST, {}),
    "other-process": (replace(REQUEST, pid=2), {"pid": 2}),
    "other-folder": (replace(REQUEST, cwd="/q"), {"cwd": "/q"}),
    "other-argv": (replace(REQUEST, argv=("git", "status", "-s")), {"argv": ["git", "status", "-s"]}),
    "other-program": (replace(REQUEST, exe="/x/git"), {"exe": "/x/git"}),
    "other-layer": (replace(REQUEST, layer="path"), {"layer": "path"}),
}


@pytest.mark.parametrize(("request_", "differs"), [pytest.param(*row, id=name) for name, row in OTHERS.items()])
def test_repeated_decision_has_a_true_record(log, request_, differs):
    """The record of a decision that comes again says this request's facts, not the first one's."""
    sink, lines = log
    sink.write(ALLOW, REQUEST, us=5)
    sink.write(ALLOW, request_, us=7)
    first, second = lines()

    assert second["what"] == first["what"] | differs
    assert (first["decision"]["us"], second["decision"]["us"]) == (5, 7)
    assert first["id"] != second["id"]
    assert second["time"] >= first["time"]


def test_counts_include_what_was_coalesced(log):
    """A session's last record counts each refusal that was given."""
    sink, lines = log
    deny = Decision("deny", rule="x", line="git push")
    sink.open(SESSION, ("agent",), 1)
    sink.write(ALLOW, REQUEST)
    sink.write(deny, REQUEST)
    sink.write(deny, REQUEST, coalesced=4)
    sink.close_session(SESSION, 0)

    assert lines()[-1]["counts"] == {"allow": 1, "ask": 0, "deny": 5}


def test_tamper_is_a_record(log):
    """A verb from within is recorded as a hard refusal."""
    sink, lines = log
    name = sink.tampered("uninstall", SESSION, 7)
    (record,) = lines()

    assert (record["id"], record["decision"]["rule"], record["what"]["pid"]) == (name, "tamper", 7)
    assert record["what"]["effects"][0]["kind"] == "tamper"
