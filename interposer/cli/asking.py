"""What `check` and `explain` share: options to a request, and the answer as JSON."""

import argparse
import os
import posixpath
import re
import sys
from functools import lru_cache
from pathlib import Path
from typing import Any, get_args

from interposer.capture import Files
from interposer.decision import Decision
from interposer.effects import Effect
from interposer.errors import UsageError
from interposer.guard import RULES_KEPT, Guard, open_guard, policy_for
from interposer.paths import state_dir
from interposer.request import Assurance, Context, Layer, Request, Session, Where, Who
from interposer.world import Nowhere

_HOME = re.compile(r"/(?:home|Users)/[^/]+|/root(?=/|$)")
DEFAULT_LAYERS = "shell,path,exec"


def configure_question(parser: argparse.ArgumentParser) -> None:
    """Add the options that say who asks, where, and what."""
    parser.add_argument("-c", dest="script", metavar="SCRIPT", help="text for a shell (or ARGV behind --)")
    parser.add_argument("--agent", default="unknown", metavar="NAME", help="who asks (default: unknown)")
    parser.add_argument("--context", default="chat", choices=get_args(Context), help="where (default: chat)")
    parser.add_argument(
        "--assurance",
        default="observed",
        choices=get_args(Assurance),
        help="how well who and where are known (default: observed)",
    )
    parser.add_argument(
        "--policy", default="", metavar="NAME|FILE", help="policy (default: `ci` in context ci, else `default`)"
    )
    parser.add_argument(
        "--layers", default=DEFAULT_LAYERS, metavar="LIST", help=f"live layers (default: {DEFAULT_LAYERS})"
    )
    parser.add_argument("--cwd", default="", metavar="DIR", help="where the line stands (default: here)")
    parser.add_argument("--home", default="", metavar="DIR", help="home folder (default: the head of cwd)")
    parser.add_argument(
        "--dialect",
        default="bash",
        choices=["bash", "sh", "dash", "zsh"],
        help="the shell that -c is for (default: bash)",
    )
    parser.add_argument("words", nargs="*", metavar="ARGV", help="a command line, behind --")


@lru_cache(maxsize=16)
def layers_of(text: str) -> frozenset[Layer]:
    """The layers named in `text`.

    Raises:
        UsageError: one is not known.
    """
    names = [name.strip() for name in text.split(",") if name.strip()]
    for name in names:
        if name not in get_args(Layer):
            raise UsageError(f"`{name}` is no layer", hint="layers: " + ", ".join(get_args(Layer)))
    return frozenset(names)  # type: ignore[arg-type]  # each name was checked against the literal


def request_of(fields: dict[str, Any]) -> Request:
    """The request that the fields of one batch line, or the options of `check`, describe.

    Raises:
        UsageError: a field has the wrong type or value.
    """
    cwd = posixpath.normpath(posixpath.join(_here(), _field(fields, "cwd")))
    home = _field(fields, "home") or _home_of(cwd)
    context, assurance = _field(fields, "context") or "chat", _field(fields, "assurance") or "observed"
    if context not in get_args(Context) or assurance not in get_args(Assurance):
        raise UsageError(f"context `{context}` or assurance `{assurance}` is not known")
    exists = os.path.isdir(cwd)
    project = (_work_tree(cwd) if exists else "") or cwd
    session = Session(
        who=Who(_field(fields, "agent") or "unknown", assurance),  # type: ignore[arg-type]  # checked above
        where=Where(context, assurance, project, home),  # type: ignore[arg-type]  # checked above
        policy=_field(fields, "policy"),
        layers=layers_of(_field(fields, "layers") or DEFAULT_LAYERS),
    )
    argv = fields.get("argv") or []
    if not isinstance(argv, list) or not all(isinstance(word, str) for word in argv):
        raise UsageError("`argv` must be a list of strings")
    if not argv and not isinstance(fields.get("command"), str):
        raise UsageError("there is neither `command` nor `argv`")
    script = None if argv else _field(fields, "command")
    return Request(tuple(argv), script, _dialect(fields), cwd, session=session)


def _here() -> str:
    try:
        return os.getcwd()
    except OSError as error:
        message = f"the working folder cannot be read: {error.strerror}"
        raise UsageError(message, hint="cd to one that exists") from error


def _work_tree(cwd: str) -> str:
    return next((str(folder) for folder in (Path(cwd), *Path(cwd).parents) if (folder / ".git").exists()), "")


def _dialect(fields: dict[str, Any]) -> Any:
    name = _field(fields, "dialect") or "bash"
    if name not in {"bash", "sh", "dash", "zsh"}:
        raise UsageError(f"dialect `{name}` is not known")
    return name


def _field(fields: dict[str, Any], name: str) -> str:
    value = fields.get(name) or ""
    if not isinstance(value, str):
        raise UsageError(f"`{name}` must be text")
    return value


def _home_of(cwd: str) -> str:
    found = _HOME.match(cwd)
    return found.group() if found else str(Path.home())


class Asker:
    """Answers questions with guards opened once, one for places that exist here and one for those that do not."""

    def __init__(self, names: tuple[str, ...] = ()) -> None:
        kept = state_dir() / RULES_KEPT
        self._here = open_guard(*(names or ("default", "ci")), world=Files(), kept=kept)
        self._nowhere = Guard(self._here.rulebook, self._here.lists, self._here.policies, Nowhere())
        self._more: dict[str, Guard] = {}

    def guard(self, request: Request) -> Guard:
        """The guard for `request`; a policy that was not opened yet is opened."""
        name = policy_for(request.session.policy, request.session.where.context)
        base = self._here if os.path.isdir(request.cwd) else self._nowhere
        if name in base.policies:
            return base
        if name not in self._more:
            self._more[name] = open_guard(name)
        return Guard(base.rulebook, base.lists, self._more[name].policies, base.world)

    def decide(self, request: Request) -> Decision:
        """The decision on `request`, with the safer form where there is one."""
        from interposer.safer import with_safer  # noqa: PLC0415 - only where something is asked

        return with_safer(request, self.guard(request))


def effect_json(effect: Effect) -> dict[str, object]:
    """One effect as JSON; empty fields are left out."""
    fields = {
        "kind": effect.kind,
        "operand": effect.operand,
        "via": effect.via,
        "job": effect.job,
        "tool": effect.tool,
        "option": effect.option,
        "span": list(effect.span),
        "origin": effect.origin,
        "place": effect.place,
        "grade": effect.grade,
        "detail": effect.detail,
        "nested": effect.nested,
        "why": effect.why,
    }
    return {name: value for name, value in fields.items() if value != ""}


def answer_json(decision: Decision, request: Request, *, full: bool = False) -> dict[str, object]:
    """The answer to a question: the fields of `--batch`, and of `--json` where `full`."""
    answer: dict[str, object] = {
        "decision": decision.verdict,
        "rule": decision.rule,
        "reason": decision.reason,
        "safer": decision.safer,
        "effects": [effect_json(one) for one in decision.effects],
        "findings": list(decision.findings),
        "advice": decision.advice,
    }
    if full:
        who, where = request.session.who, request.session.where
        answer |= {
            "who": {"agent": who.agent, "assurance": who.assurance, "depth": who.depth},
            "where": {
                "context": where.context,
                "assurance": where.assurance,
                "project": where.project,
                "home": where.home,
                "cwd": request.cwd,
            },
            "layer": request.layer,
            "policy": decision.policy,
            "commands": [
                {
                    "line": one.line,
                    "depth": one.depth,
                    "tool": one.tool,
                    "decision": one.verdict,
                    "rules": list(one.rules),
                    "effects": [effect_json(effect) for effect in one.effects],
                }
                for one in decision.commands
            ],
            "unforeseen": [],
            "resolved": bool(request.exe),
        }
    return answer


def read_words(arguments: argparse.Namespace) -> dict[str, Any]:
    """The fields of a question asked on the command line.

    Raises:
        UsageError: neither or both of `-c SCRIPT` and `-- ARGV...` are given.
    """
    if (arguments.script is None) == (not arguments.words):
        raise UsageError("give either -c SCRIPT or -- ARGV...")
    fields = {
        name: getattr(arguments, name)
        for name in ("agent", "context", "assurance", "policy", "layers", "cwd", "home", "dialect")
    }
    return fields | ({"argv": arguments.words} if arguments.words else {"command": arguments.script})


def warn(text: str) -> None:
    """A line for the person, on stderr."""
    print(f"interposer: {text}", file=sys.stderr)
