"""What the tests of the judging core share: a small world, a question, effects in words."""

from collections.abc import Mapping
from dataclasses import replace
from functools import cache

from interposer.decision import Decision
from interposer.effects import Effect
from interposer.guard import Guard, open_guard
from interposer.pipeline import decide
from interposer.request import Context, Request, Session, Where
from interposer.world import FileText

HOME, PROJECT = "/home/u", "/home/u/proj"


class Known:
    """A world of which exactly the given is known.

    Attributes:
        files: texts by absolute path; a text in `fresh` was written by the session.
        links: physical paths by lexical ones.
    """

    def __init__(
        self, files: Mapping[str, str] | None = None, *, fresh: bool = False, links: Mapping[str, str] | None = None
    ) -> None:
        self.files, self.fresh, self.links = files or {}, fresh, links or {}

    def physical(self, path: str) -> str:
        """The given link."""
        return self.links.get(path, "")

    def text(self, path: str) -> FileText | None:
        """The given text."""
        return FileText(self.files[path], self.fresh) if path in self.files else None

    ambient = text

    def program(self, name: str, path: str | None) -> str:  # noqa: ARG002 - the interface's own
        """Nothing is known."""
        return ""


@cache
def guard() -> Guard:
    """The shipped rules and policies."""
    return open_guard("default", "ci", "strict", "observe")


def session(context: Context = "chat", policy: str = "", layers: str = "shell path exec") -> Session:
    """A session in the project; in context `ci` an attested one."""
    assurance = "attested" if context == "ci" else "observed"
    where = Where(context, assurance, PROJECT, HOME)
    return Session(where=where, policy=policy, layers=frozenset(layers.split()))


def judge(
    line: str | tuple[str, ...],
    *,
    world: Known | None = None,
    env: Mapping[str, str] | None = None,
    cwd: str = PROJECT,
    **where,
) -> Decision:
    """The decision on a script text, or on an argv where `line` is a tuple; `where` is what `session` takes."""
    script, argv = (line, ()) if isinstance(line, str) else (None, line)
    request = Request(argv, script, cwd=cwd, env=env, session=session(**where))
    return decide(request, replace(guard(), world=world or Known()))


def worded(effect: Effect) -> str:
    """`KIND[:DETAIL] OPERAND[ @PLACE][ whole][ via VIA][ by OPTION][ job][ GRADE]`; a harmless grade is left out."""
    words = [f"{effect.kind}:{effect.detail}" if effect.detail else effect.kind, effect.operand]
    words += [f"@{effect.place}"] if effect.place else []
    words += ["whole"] if effect.whole else []
    words += [f"via {effect.via}"] if effect.via != "operand" else []
    words += [f"by {effect.option}"] if effect.option else []
    words += ["job"] if effect.job else []
    words += [effect.grade] if effect.grade != "harmless" else []
    return " ".join(words)


def effects(decision: Decision) -> list[str]:
    """All effects of a decision in words."""
    return [worded(effect) for effect in decision.effects]
