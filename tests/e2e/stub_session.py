"""`interposer run` with a judge of a few fixed words: what the layers do is under test here, not what is judged.

    python stub_session.py RUNTIME LOG -- COMMAND...

A request whose text holds `DENY` is denied, `ASK` asked about, `CRASH` fails inside the judge, `BURN` never ends;
`BROKER-DIES` kills the broker.
"""

import json
import os
import signal
import sys
from pathlib import Path

from interposer.broker.answer import READS_STDIN
from interposer.broker.cache import Judgement
from interposer.broker.folder import Cold
from interposer.broker.launch import Launch, launch
from interposer.broker.wiring import Opening, Wiring
from interposer.decision import Decision
from interposer.request import Request, Session, Where, Who

NAMES = (
    "git",
    "find",
    "gcc",
    "cc",
    "env",
    "cat",
    "ls",
    "sleep",
    "true",
    "python3*",
    "head",
    "tee",
    "id",
    "absent-tool",
)


class LogSink:
    """A line of JSON a decision."""

    def __init__(self, path: Path) -> None:
        self._file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600)
        self._count = 0

    def write(self, decision: Decision, request: Request, *, us: int = 0, coalesced: int = 0, pid: int = 0) -> str:
        """Write the line."""
        self._count += 1
        told = {
            "id": self._count, "verdict": decision.verdict, "argv": list(request.argv), "script": request.script,
            "cwd": request.cwd, "exe": request.exe, "stdin": request.stdin, "layer": request.layer, "us": us,
            "coalesced": coalesced, "pid": pid, "findings": list(decision.findings),
        }  # fmt: skip
        os.write(self._file, json.dumps(told).encode() + b"\n")
        return str(self._count)

    def sync(self) -> None:
        """Bring it to the disk."""
        os.fdatasync(self._file)


def judge(request: Request) -> Judgement:
    """By the fixed words."""
    text = request.script if request.script is not None else "\0".join(request.argv)
    if "CRASH" in text:
        raise RuntimeError("the judge broke")
    if "BROKER-DIES" in text:
        os.kill(os.getpid(), signal.SIGKILL)
    if "BURN" in text:
        while True:
            pass
    verdict = "deny" if "DENY" in text else "ask" if "ASK" in text else "allow"
    shell = request.layer == "shell" and request.script is None
    reads = shell and (len(request.argv) == 1 or request.argv[1:2] == ("-s",))
    line = text.replace("\0", " ")
    reason = "" if verdict == "allow" else "a stub says so"
    rule = "" if verdict == "allow" else "stub"
    findings = (READS_STDIN,) if reads else ()
    return Judgement(Decision(verdict, rule=rule, reason=reason, line=line, findings=findings), ())


def completeness(text: str, _dialect: str) -> str:
    """Whole lines are whole commands, but for a backslash at the end."""
    return "incomplete" if text.endswith("\\\n") else "complete"


def shared_reader(text: str, _dialect: str) -> str:
    """A line that begins with `read`."""
    return next((line.split()[0] for line in text.splitlines() if line.startswith("read ")), "")


def script_of(request: Request) -> str:
    """`bash FILE`."""
    return request.argv[1] if len(request.argv) > 1 and not request.argv[1].startswith("-") else ""


def wire(log: Path) -> Wiring:
    """The parts of the session."""
    session = Session(
        sid="01JD8Q00000000000000000000", who=Who(agent="stub"), where=Where(), layers=frozenset({"shell", "path"})
    )
    cold = Cold(state=str(log.parent / "state" / "interposer"), config=str(log.parent / "config"))
    return Wiring(session, judge, LogSink(log), completeness, shared_reader, NAMES, cold, script_of=script_of)


def main() -> int:
    """Launch."""
    runtime, log, dashes, *command = sys.argv[1:]
    assert dashes == "--"
    Path(runtime).mkdir(mode=0o700, exist_ok=True)
    return launch(Launch(Opening(tuple(command)), Path(runtime), os.environ), lambda _: wire(Path(log)))


if __name__ == "__main__":
    sys.exit(main())
