"""`check --crosscheck`: bashlex reads the text too, and must see no command that our reading does not list.

bashlex is under GPL-3.0-or-later, so it is an extra (docs/decisions/0001). What it is known to misread is not put to
it: the answer then says `not-crosschecked`.
"""

import importlib.util
import warnings
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, Final

from interposer.decision import Decision
from interposer.errors import UsageError
from interposer.request import Request
from interposer_shell.reader import read
from interposer_shell.refusal import REFUSALS, ShellSyntaxError

_MISREAD: Final = ("${", "`", "$'", '$"', "\\", "<(", "=(", "'", "((", "#", "*", "?", "[", "{", "~")
"""Quoting, expansions and words that bashlex 0.18 takes apart differently from bash (tests/differential)."""
NOT_CROSSCHECKED: Final = "not-crosschecked"


def crosschecked(request: Request, decision: Decision) -> Decision:
    """The decision, turned into a refusal where bashlex sees a command that we do not.

    Raises:
        UsageError: bashlex is not installed.
    """
    if importlib.util.find_spec("bashlex") is None:
        raise UsageError("bashlex is not installed", hint="pip install 'shell-interposer[crosscheck]'")
    if request.script is None:
        return decision
    try:
        ours = {
            tuple(word.text for word in command.words) for command in read(request.script, request.dialect).commands
        }
    except ShellSyntaxError:
        return decision  # refused already
    theirs = _theirs(request.script)
    if theirs is None:
        return replace(decision, findings=(*decision.findings, NOT_CROSSCHECKED))
    other = sorted(theirs - ours)
    if not other:
        return decision
    reason = f"{REFUSALS['crosscheck']}: bashlex sees `{' '.join(other[0])}`"
    return replace(
        decision, verdict="deny", rule="crosscheck", rules=("crosscheck", *decision.rules), reason=reason, safer=""
    )


def _theirs(text: str) -> set[tuple[str, ...]] | None:
    """The plain commands that bashlex sees, None where it cannot be asked."""
    if any(part in text for part in _MISREAD):
        return None
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it uses regular expressions that newer versions of Python warn about
        import bashlex  # noqa: PLC0415 - an optional extra

        try:
            trees = bashlex.parse(text)
        except Exception:  # noqa: BLE001 - it raises what it likes on texts that it cannot read
            return None
    return {found for tree in trees for found in bashlex_commands(tree)}


def bashlex_commands(node: Any) -> Iterator[tuple[str, ...]]:
    """The simple commands of bashlex's tree whose words are all plain."""
    if getattr(node, "kind", "") == "command":
        words = [part for part in node.parts if part.kind == "word"]
        if words and not any(word.parts for word in words):
            yield tuple(word.word for word in words)
    for name in ("parts", "list"):
        for child in getattr(node, name, ()):
            yield from bashlex_commands(child)
