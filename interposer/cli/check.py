"""`interposer check`: a question; nothing is changed, nothing runs."""

import argparse
import json
import sys
from typing import Any

from interposer.cli.asking import Asker, answer_json, configure_question, read_words, request_of
from interposer.decision import Decision, Verdict
from interposer.errors import InterposerError
from interposer.request import Request

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
    asker = Asker((arguments.policy,) if arguments.policy else ())
    defaults = {
        name: getattr(arguments, name) for name in ("agent", "context", "assurance", "policy", "layers", "cwd", "home")
    }
    status = 0
    for number, line in enumerate(sys.stdin.buffer, 1):
        if not line.strip():
            continue
        try:
            answer = _answer(asker, line, defaults, reading=arguments.reading)
        except (ValueError, RecursionError, InterposerError) as error:
            status = 2
            code = error.code if isinstance(error, InterposerError) else "IP-10"
            answer = {
                "id": _id_of(line),
                "decision": "deny",
                "rule": "unusable-question",
                "reason": f"{code}: line {number}: {error}",
                "safer": "",
                "effects": [],
            }
        sys.stdout.write(json.dumps(answer, ensure_ascii=True) + "\n")
    sys.stdout.flush()
    return status


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
