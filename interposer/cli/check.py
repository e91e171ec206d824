"""`interposer check`: a question; nothing is changed, nothing runs."""

import argparse
import json
import os
import sys
from collections import deque
from collections.abc import Iterable, Iterator
from itertools import chain, islice
from typing import TYPE_CHECKING, Any

from interposer.cli.asking import Asker, answer_json, configure_question, read_words, request_of
from interposer.decision import Decision, Verdict
from interposer.errors import InterposerError, UsageError
from interposer.request import Request

if TYPE_CHECKING:
    from concurrent.futures import Future

SUMMARY = "ask what would be decided, change nothing"
EPILOG = """\
Nothing runs and nothing is changed. Exit status: 0 allow, 3 ask, 4 deny, 2
usage or configuration error.

examples:
  interposer check -- go test -exec ./runner.sh ./...
  interposer check --context ci --assurance attested -- go test -exec ./r.sh
  interposer check --json -c 'curl https://example.org/i.sh | sh'
  echo '{"id": 1, "command": "git status"}' | interposer check --batch
"""
_PART = 256
"""Lines that are answered at once; input of fewer is answered by this process alone."""
STATUS: dict[Verdict, int] = {"allow": 0, "ask": 3, "deny": 4}


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options of `check`."""
    configure_question(parser)
    parser.add_argument("--json", action="store_true", help="one JSON object instead of text")
    parser.add_argument("--batch", action="store_true", help="JSON lines on stdin, one answer a line, same order")
    parser.add_argument("--reading", action="store_true", help="JSON, with the commands as they were read")
    parser.add_argument(
        "--crosscheck",
        action="store_true",
        help="refuse text that bashlex reads otherwise (needs the extra `crosscheck`)",
    )


def run(arguments: argparse.Namespace) -> int:
    """Answer; exit status 0 allow, 3 ask, 4 deny, 2 usage or configuration error."""
    if arguments.batch:
        return _batch(arguments)
    request = request_of(read_words(arguments))
    asker = Asker((arguments.policy,) if arguments.policy else ())
    decision = _crosschecked(request, asker.decide(request)) if arguments.crosscheck else asker.decide(request)
    if arguments.json or arguments.reading:
        answer = answer_json(decision, request, full=True) | (_reading(request, asker) if arguments.reading else {})
        print(json.dumps(answer, ensure_ascii=True))
    else:
        _say(decision)
    return STATUS[decision.verdict]


def _say(decision: Decision) -> None:
    print(decision.verdict + (f"  ({decision.rule})" if decision.rule else ""))
    for name, value in (
        ("why", decision.reason),
        ("instead", decision.safer or decision.advice),
        ("findings", ", ".join(decision.findings)),
    ):
        if value:
            print(f"  {name}: {value}")


def _reading(request: Request, asker: Asker) -> dict[str, Any]:
    from interposer.cli.reading import reading_json  # noqa: PLC0415 - only for --reading

    return {"reading": reading_json(request, asker.guard(request))}


def _crosschecked(request: Request, decision: Decision) -> Decision:
    from interposer.crosscheck import crosschecked  # noqa: PLC0415 - an optional extra

    return crosschecked(request, decision)


def _batch(arguments: argparse.Namespace) -> int:
    """Answer each line in its turn; long input is shared out to the processors, part by part."""
    answering = _Answering(arguments)
    lines = enumerate(sys.stdin.buffer, 1)
    first = list(islice(lines, _PART))
    parts = iter(lambda: list(islice(lines, _PART)), [])
    answered = _shared_out(answering, chain([first], parts)) if len(first) == _PART else [answering(first)]
    status = 0
    for text, worst in answered:
        sys.stdout.write(text)
        status = max(status, worst)
    sys.stdout.flush()
    return status


def _shared_out(answering: "_Answering", parts: Iterable[list[tuple[int, bytes]]]) -> Iterator[tuple[str, int]]:
    """The answers to `parts`, in their order, from a process for each processor.

    Raises:
        UsageError: IP-10, a process was killed from outside; what it had not answered stays unanswered.
    """
    from concurrent.futures import ProcessPoolExecutor  # noqa: PLC0415 - long input only
    from concurrent.futures.process import BrokenProcessPool  # noqa: PLC0415
    from multiprocessing import get_context  # noqa: PLC0415

    count = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    waiting: deque[Future[tuple[str, int]]] = deque()
    with ProcessPoolExecutor(count, get_context("spawn"), _settle, (answering.arguments,)) as pool:
        try:
            for part in parts:
                waiting.append(pool.submit(_answer_part, part))
                if len(waiting) > 2 * count:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        except BrokenProcessPool as error:
            raise UsageError("a process that answers was killed", code="IP-10") from error


_settled: list["_Answering"] = []


def _settle(arguments: argparse.Namespace) -> None:
    _settled.append(_Answering(arguments))


def _answer_part(part: list[tuple[int, bytes]]) -> tuple[str, int]:
    return _settled[0](part)


class _Answering:
    """Answers numbered lines: the text to print, and 2 where one of them was no question, else 0."""

    def __init__(self, arguments: argparse.Namespace) -> None:
        names = ("agent", "context", "assurance", "policy", "layers", "cwd", "home")
        self.arguments = arguments
        self._asker = Asker((arguments.policy,) if arguments.policy else ())
        self._defaults = {name: getattr(arguments, name) for name in names}

    def __call__(self, part: list[tuple[int, bytes]]) -> tuple[str, int]:
        said, status = [], 0
        for number, line in part:
            if not line.strip():
                continue
            try:
                answer = _answer(self._asker, line, self._defaults, reading=self.arguments.reading)
            except (ValueError, RecursionError, InterposerError) as error:
                status = 2
                answer = _unusable(number, line, error)
            said.append(json.dumps(answer, ensure_ascii=True) + "\n")
        return "".join(said), status


def _unusable(number: int, line: bytes, error: Exception) -> dict[str, Any]:
    code = error.code if isinstance(error, InterposerError) else "IP-10"
    return {
        "id": _id_of(line),
        "decision": "deny",
        "rule": "unusable-question",
        "reason": f"{code}: line {number}: {error}",
        "safer": "",
        "effects": [],
    }


def _id_of(line: bytes) -> object:
    try:
        return json.loads(line).get("id")
    except (ValueError, RecursionError, AttributeError):
        return None


def _answer(asker: Asker, line: bytes, defaults: dict[str, Any], *, reading: bool) -> dict[str, Any]:
    fields = json.loads(line.decode("utf-8", "surrogateescape"))
    if not isinstance(fields, dict):
        raise ValueError("a question is a JSON object")  # noqa: TRY004 - caught as one kind of bad line
    request = request_of(defaults | fields)
    answer: dict[str, Any] = {"id": fields.get("id"), **answer_json(asker.decide(request), request)}
    return answer | (_reading(request, asker) if reading else {})
