"""Case tables: lines with the verdicts that they should get, for `rules test` and `policy test`."""

import json
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from interposer.cli.asking import Asker, request_of
from interposer.decision import Decision
from interposer.effects import Effect
from interposer.errors import UsageError

HOME = "/home/u"
PROJECT = "/home/u/proj"
_KEYS = frozenset({"id", "line", "argv", "chat", "ci", "names", "rule", "note", "safer", "cwd", "source"})
_CONTEXTS = {"chat": ("chat", "observed"), "ci": ("ci", "attested")}


@dataclass(frozen=True, slots=True)
class Outcome:
    """One case in one context: what was wanted and what came; `problem` is "" where they agree."""

    table: str
    case: str
    line: str
    context: str
    wanted: str
    decision: Decision
    problem: str


def load_cases(path: Path) -> list[dict[str, Any]]:
    """The cases of a table.

    Raises:
        UsageError: the file is missing or malformed, or a case has an unknown key or no id.
    """
    try:
        table = tomllib.loads(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise UsageError(f"case table `{path.name}` cannot be read: {error}", code="IP-14") from error
    cases = table.get("case", [])
    for case in cases:
        unknown = set(case) - _KEYS
        if unknown or "id" not in case or "chat" not in case:
            named = f"case `{case.get('id', '?')}` of `{path.name}`"
            raise UsageError(f"{named} is malformed {sorted(unknown)}", code="IP-14")
    return list(cases)


def judge_case(asker: Asker, table: str, case: dict[str, Any], policy: str = "") -> list[Outcome]:
    """The case in each context that it speaks of."""
    outcomes = []
    for name, (context, assurance) in _CONTEXTS.items():
        wanted = case.get(name, case["chat"])
        place = {"cwd": case.get("cwd", PROJECT), "home": HOME}
        fields = {**place, "context": context, "assurance": assurance, "policy": policy}
        asked = {"argv": case["argv"]} if "argv" in case else {"command": case["line"]}
        decision = asker.decide(request_of(fields | asked))
        problem = _problem(case, wanted, decision)
        outcomes.append(Outcome(table, case["id"], case.get("line", ""), name, wanted, decision, problem))
    return outcomes


def _problem(case: dict[str, Any], wanted: str, decision: Decision) -> str:
    got = decision.verdict
    if wanted == "stop" and got == "allow":
        return "should be stopped, is allowed"
    if wanted in {"allow", "deny", "ask"} and got != wanted:
        return f"should be {wanted}, is {got} ({decision.rule}: {decision.reason})"
    if got != "allow" and case.get("names", "") not in decision.reason:
        return f"the reason does not name `{case['names']}`: {decision.reason}"
    if got != "allow" and "rule" in case and case["rule"] not in decision.rules:
        return f"should be refused by {case['rule']}, is by {decision.rule}"
    return ""


def run_cases(paths: list[Path], *, policy: str = "", as_json: bool = False, verbose: bool = False) -> int:
    """Judge all cases and print those that disagree; 0 where none does, else 1."""
    asker = Asker((policy,) if policy else ())
    cases = [(path.stem, case) for path in paths for case in load_cases(path)]
    outcomes = [one for table, case in cases for one in judge_case(asker, table, case, policy)]
    bad = [one for one in outcomes if one.problem]
    if as_json:
        print(json.dumps([_row(one) for one in outcomes], ensure_ascii=True))
        return 1 if bad else 0
    for one in outcomes if verbose else bad:
        mark = "-" if one.problem else " "
        print(f"{mark} {one.table}: {one.case} [{one.context}] {one.line}")
        if one.problem:
            print(f"    {one.problem}")
    print(f"{len(outcomes) - len(bad)} of {len(outcomes)} agree")
    return 1 if bad else 0


def _row(one: Outcome) -> dict[str, str]:
    fields = {"table": one.table, "case": one.case, "context": one.context, "wanted": one.wanted}
    return {**fields, "decision": one.decision.verdict, "problem": one.problem}


def described(decision: Decision) -> set[str]:
    """The effects of the command itself, in the words of a rule's examples."""
    own = decision.commands[0].effects if decision.commands else ()
    return {_described(one) for one in own}


def _described(one: Effect) -> str:
    acts = one.operand in {one.option, one.tool} or (one.option and one.operand == one.option)
    words = [f"{one.kind}:{one.detail}" if acts and one.detail else one.kind]
    if not acts:
        words.append(one.operand)
    return " ".join(words) + (f" via {one.via}" if one.via != "operand" else "") + (" job" if one.job else "")
