"""Judging a large text in a forked process with limits on processor time and memory."""

import dataclasses
import json
import os
import resource
import signal
from typing import Any

from interposer.broker.cache import Judge
from interposer.decision import Decision, Judged
from interposer.effects import Effect
from interposer.request import Request

HEAVY = 64 * 1024
"""Bytes of argv or script from which on a request is judged in a process of its own."""
CPU_SECONDS = 3
MEMORY = 512 * 1024 * 1024
ANSWER_LIMIT = 8 * 1024 * 1024
TOO_COSTLY = Decision(
    "ask", rule="too-costly", code="IP-64", reason="reading it took more time or memory than one request may have",
    advice="put the text into a file of the project, or split it",
)  # fmt: skip


class Worker:
    """One forked judgement; read `descriptor` to its end with `take`, then ask for the `decision`."""

    def __init__(self, judge: Judge, request: Request) -> None:
        self.descriptor, write = os.pipe2(os.O_CLOEXEC | os.O_NONBLOCK)
        self._answer = bytearray()
        self.pid = os.fork()
        if self.pid == 0:
            os.set_blocking(write, True)
            _judge(judge, request, write)
        os.close(write)

    def take(self) -> bool:
        """Read what is there; True at the end."""
        try:
            part = os.read(self.descriptor, 1 << 16)
        except BlockingIOError:
            return False
        self._answer += part
        return not part or len(self._answer) > ANSWER_LIMIT

    def decision(self) -> Decision:
        """The child's decision; `ask` where it died or spoke nonsense."""
        os.close(self.descriptor)
        try:
            return decision_from(json.loads(self._answer))
        except (ValueError, TypeError, KeyError, RecursionError):
            return TOO_COSTLY


def decision_from(told: dict[str, Any]) -> Decision:
    """A decision out of its JSON object."""
    commands = tuple(
        Judged(**{**one, "effects": _effects(one["effects"]), "rules": tuple(one["rules"])}) for one in told["commands"]
    )
    decision = Decision(
        **{
            **told,
            "commands": commands,
            "effects": _effects(told["effects"]),
            "rules": tuple(told["rules"]),
            "findings": tuple(told["findings"]),
            "foreseen": tuple(tuple(pattern) for pattern in told["foreseen"]),
            "secrets": tuple(tuple(span) for span in told["secrets"]),
        }
    )
    if decision.verdict not in {"allow", "ask", "deny"}:
        raise ValueError(decision.verdict)
    return decision


def _effects(told: list[dict[str, Any]]) -> tuple[Effect, ...]:
    return tuple(Effect(**{**one, "span": tuple(one["span"])}) for one in told)


def _judge(judge: Judge, request: Request, write: int) -> None:
    """In the child: nothing here may reach the broker's loop, whatever happens."""
    try:
        signal.set_wakeup_fd(-1)
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGCHLD):
            signal.signal(number, signal.SIG_DFL)
        resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
        used = int(open("/proc/self/statm", "rb").read().split()[0]) * resource.getpagesize()  # noqa: SIM115, PTH123 - one line, then _exit
        resource.setrlimit(resource.RLIMIT_AS, (used + MEMORY, used + MEMORY))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        answer = json.dumps(dataclasses.asdict(judge(request).decision)).encode()
        while answer:
            answer = answer[os.write(write, answer) :]
    except BaseException:  # noqa: BLE001 - the parent reads an empty answer as `ask`
        os._exit(1)
    os._exit(0)
