"""`interposer rules test`: the examples of rule files and the case tables beside them, judged and compared."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from interposer.cli.asking import Asker, request_of
from interposer.cli.casing import HOME, PROJECT, described, judge_case, load_cases
from interposer.paths import rules_dir
from interposer.rulebook import Rule


@dataclass(frozen=True, slots=True)
class Tried:
    """One example or case; `problem` is "" where it came out as written."""

    tool: str
    kind: str
    line: str
    problem: str


def run_examples(rules: Sequence[Rule], *, as_json: bool = False) -> int:
    """Try all that is written about `rules` and print what disagrees; 0 where nothing does, else 1."""
    tried = list(_tried(rules))
    bad = [one for one in tried if one.problem]
    if as_json:
        print(json.dumps([asdict(one) for one in tried], ensure_ascii=True))
        return 1 if bad else 0
    for one in bad:
        print(f"{one.tool}: {one.kind}: {one.line}\n    {one.problem}")
    print(f"{len(tried) - len(bad)} of {len(tried)} agree")
    return 1 if bad else 0


def _tried(rules: Sequence[Rule]) -> Iterator[Tried]:
    asker = Asker()
    for rule in rules:
        for example in rule.examples:
            fields = {"cwd": PROJECT, "home": HOME, "command": example.line}
            problem = _compared(described(asker.decide(request_of(fields))), set(example.does))
            yield Tried(rule.tool, "example", example.line, problem)
        table = _table_of(rule)
        for case in load_cases(table) if table.is_file() else ():
            for one in judge_case(asker, rule.tool, case):
                yield Tried(rule.tool, f"case {one.case} [{one.context}]", one.line, one.problem)


def _compared(found: set[str], listed: set[str]) -> str:
    more, less = sorted(found - listed), sorted(listed - found)
    parts = [f"{told}: {'; '.join(words)}" for told, words in (("not listed", more), ("not found", less)) if words]
    return ", ".join(parts)


def _table_of(rule: Rule) -> Path:
    """The case table of a rule: in a source tree `tests/rules/`, for the operator's own rules the same beside them."""
    shipped = rule.path.resolve().parent == rules_dir().resolve()
    base = rules_dir().resolve().parent if shipped else rule.path.resolve().parent.parent
    return base / "tests" / "rules" / f"{rule.tool}.toml"
