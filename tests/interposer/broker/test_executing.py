"""How an image becomes a question, and a decision an answer."""

import os
from dataclasses import dataclass, field

import pytest

from interposer.broker.cache import Judgement
from interposer.broker.executing import ExecJudging, LinkedSink, judge_in_place
from interposer.broker.folder import INTERPOSER_SHELL, SessionFolder
from interposer.broker.live import Live
from interposer.broker.tools import Tools
from interposer.decision import Decision
from interposer.errors import AuditError
from interposer.request import Request, Session
from interposer.supervise.image import Image
from interposer.supervise.lineage import Above, Lineage

pytestmark = pytest.mark.suite("broker")

ME = os.getpid()


@dataclass
class Log:
    """Keeps what is written, or fails."""

    written: list = field(default_factory=list)
    fails: bool = False

    def write(self, decision, request, *, us=0, coalesced=0, pid=0):  # noqa: ARG002 - the interface
        """Keep it."""
        if self.fails:
            raise AuditError("the disk is full", code="IP-71")
        self.written.append((decision, request))
        return f"D{len(self.written)}"

    def sync(self):
        """Nothing to do."""


@dataclass
class AtOnce:
    """A desk that decides by one word, at once."""

    sink: LinkedSink
    asked: list = field(default_factory=list)

    def decide(self, question, _live, done):
        """Deny what holds the word."""
        self.asked.append(question)
        verdict = "deny" if "DENY" in question.request.argv else "allow"
        decision = Decision(verdict, rule="stub", reason="a stub says so", line=" ".join(question.request.argv))
        done(decision, self.sink.write(decision, question.request))


class AsCalled:
    """Programs that are what argv says; children of make speak as it."""

    def words(self, image):
        """The argv."""
        return image.argv

    def origins(self, words, _image, above):
        """By the parent, and by the name."""
        return above.origin, "tool" if words[0] == "make" else above.origin


@pytest.fixture
def desk(tmp_path):
    """The judging of a session whose shim holds four bytes."""
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / INTERPOSER_SHELL).write_bytes(b"shim")
    live = Live(Session("S"), SessionFolder(tmp_path), Tools())
    linked = LinkedSink(Log(), Lineage(0))
    made = AtOnce(linked)
    judging = ExecJudging(made, live, AsCalled(), linked.lineage)

    def ask(*argv, environ=(), exe="/bin/x", pid=ME, size=1):
        said = []
        judging.judge(Image(pid, argv, exe, 1, 2, size, "/", environ), said.append)
        return said

    made.ask, made.judging, made.live = ask, judging, live
    return made


def test_answer_is_nothing_or_the_refusal(desk):
    """An allowed image is let go; a refused one gets its last words."""
    assert desk.ask("x") == [None]
    refused = desk.ask("x", "DENY")
    assert refused[0].startswith(b"interposer: denied (stub) `x DENY`")
    assert b"decision D2" in refused[0]


def test_question_holds_what_the_kernel_says(desk):
    """Layer, file, folder, variables and process are the image's."""
    desk.ask("x", "y", environ=(b"A=1",))
    request = desk.asked[0].request

    assert (request.layer, request.argv, request.exe, request.cwd, request.pid) == (
        "exec",
        ("x", "y"),
        "/bin/x",
        "/",
        ME,
    )
    assert dict(request.env) == {"A": "1"}


def test_key_tells_origins_files_and_variables_apart(desk):
    """A decision that is kept for one is not given to another."""
    desk.ask("x")
    desk.ask("x", environ=(b"LD_PRELOAD=y",))
    desk.ask("x", exe="/tmp/x")
    desk.ask("make")
    desk.ask("x")
    keys = [question.key for question in desk.asked]

    assert len(set(keys)) == 5, "the last one speaks as a tool"


def test_own_variable_of_the_broker_is_no_finding(desk):
    """The file that brings a login shell back is the broker's word; any other BASH_ENV is the agent's."""
    own = b"BASH_ENV=" + os.fsencode(desk.live.folder.login)
    desk.ask("bash", environ=(own, b"A=1"))
    desk.ask("bash", environ=(b"BASH_ENV=/tmp/x",))

    assert [dict(question.request.env) for question in desk.asked] == [{"A": "1"}, {"BASH_ENV": "/tmp/x"}]


def test_variable_given_twice_is_refused(desk):
    """Shells and libc disagree which one counts."""
    refused = desk.ask("x", environ=(b"A=1", b"A=2"))

    assert b"IP-65" in refused[0]
    assert desk.asked == []


def test_what_is_not_recorded_does_not_run(desk):
    """A full disk refuses."""
    desk.sink.sink.fails = True

    assert b"IP-71" in desk.ask("x")[0]
    assert b"IP-71" in desk.ask("x", environ=(b"A=1", b"A=2"))[0]
    desk.judging.unseen(ME, "/x", "why")


def test_equal_refusals_are_counted(desk):
    """A flood of what could not be looked at is one record."""
    for _ in range(5):
        desk.judging.unseen(ME, f"/proc/{ME}/cwd/x", "it is traced")
    decision, request = desk.sink.sink.written[0]

    assert len(desk.sink.sink.written) == 1
    assert (decision.verdict, decision.line, decision.code, request.layer) == ("deny", "x", "IP-92", "exec")


def test_shim_asks_for_itself(desk, monkeypatch):
    """By its bytes, not by its name: an image that only lies about is judged."""
    path = desk.live.folder.bin / INTERPOSER_SHELL
    monkeypatch.setattr("interposer.broker.executing.digest_of", lambda _: desk.judging._shim_digest)

    assert desk.ask("git", size=4) == [None]
    assert desk.asked == []
    monkeypatch.setattr("interposer.broker.executing.digest_of", lambda _: "other")
    desk.ask("git", size=4, exe=str(path))
    assert len(desk.asked) == 1


def test_records_descend(desk):
    """From the process' earlier image, and from what another layer let through for it."""
    desk.ask("make", "all")
    desk.ask("x")
    desk.sink.write(Decision("allow"), Request(argv=("y",), layer="path", pid=ME))
    desk.ask("z")
    requests = [question.request for question in desk.asked]

    assert [one.parent for one in requests] == ["", "D1", "D3"]
    assert [one.origin for one in requests] == ["agent", "tool", "tool"]
    assert requests[1].lineage == ("make all",)


def test_shim_is_asked_with_the_origin_of_its_starter():
    """A tool's child is judged as the tool's, and that judgement is not kept for the agent."""
    linked, seen = LinkedSink(Log()), []

    def judge(request):
        seen.append(request.origin)
        return Judgement(Decision("allow"), ())

    judged = judge_in_place(judge, linked)
    without = judged(Request(argv=("x",), layer="path", pid=ME))
    linked.lineage = Lineage(0)
    as_agent = judged(Request(argv=("x",), layer="path", pid=ME))
    linked.lineage.enter(ME, Above(linked.lineage.above(ME).start), "make", "D1", "tool")
    as_tool = judged(Request(argv=("x",), layer="path", pid=ME))
    exec_layer = judged(Request(argv=("x",), layer="exec", pid=ME))

    assert seen == ["agent", "agent", "tool", "agent"]
    assert [one.seen for one in (without, as_agent, as_tool, exec_layer)] == [(), (), None, ()]
