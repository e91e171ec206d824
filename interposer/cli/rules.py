"""`interposer rules`: what is known of each tool, and how that compares with the tool installed here."""

import argparse
import json
import sys
import tempfile
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from pathlib import Path
from typing import Any

from interposer.cli.coverage import Gap, gaps, grammars
from interposer.cli.drafting import draft
from interposer.errors import UsageError
from interposer.paths import config_dir, rules_dir
from interposer.rulebook import Rule, Rulebook, schema
from interposer_argv.grammar import Grammar, Operands, Option, Slot

SUMMARY = "list, show, test and draft tool rules"
EPILOG = """\
actions:
  list [TOOL...]      a row a rule (default)
  show TOOL...        every option with its slots and notes, variables, keys
  test [TOOL...]      judge examples, and in a source tree the case tables
  coverage [TOOL...]  compare with the installed tool's help (starts the tool)
  new TOOL            draft a rule file from that help
  schema              the JSON schema of rule files, for editors

Own rules stand in the folder `rules` of $XDG_CONFIG_HOME/interposer. Exit
status: 1 where `test` finds a disagreement or `coverage` a complete grammar
that lacks an option.

examples:
  interposer rules show find
  interposer rules new shellcheck > ~/.config/interposer/rules/shellcheck.toml
"""
EXIT_GAPS = 1
_ASKED_AT_ONCE = 2


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the sub-verbs of `rules`."""
    parser.add_argument(
        "action", nargs="?", default="list", choices=list(ACTIONS), metavar="ACTION", help="what to do (default: list)"
    )
    parser.add_argument("tools", nargs="*", metavar="TOOL", help="names of tools (default: all)")
    parser.add_argument("--json", action="store_true", help="JSON instead of text")


def run(args: argparse.Namespace) -> int:
    """Do what the sub-verb says; exit status 1 where `coverage` finds a complete grammar lacking options."""
    return ACTIONS[args.action](args)


def open_book() -> Rulebook:
    """The shipped rules, and the operator's own where there are any."""
    own = config_dir() / "rules"
    return Rulebook.open((rules_dir(), own) if own.is_dir() else (rules_dir(),))


def chosen(args: argparse.Namespace) -> list[Rule]:
    """The rules of the named tools, of all where none is named.

    Raises:
        UsageError: a tool has no rule.
    """
    book = open_book()
    rules = []
    for name in args.tools or book.tools():
        rule = book.find(name)
        if rule is None:
            raise UsageError(f"there is no rule for `{name}`", hint=f"`interposer rules new {name}` drafts one")
        rules.append(rule)
    return rules


def _list(args: argparse.Namespace) -> int:
    rows = [_row(rule) for rule in chosen(args)]
    if args.json:
        print(json.dumps(rows))
        return 0
    heads = ("tool", "names", "style", "options", "subs", "complete", "verified", "digest", "summary")
    _table(heads, [[_cell(row[head]) for head in heads] for row in rows])
    return 0


def _row(rule: Rule) -> dict[str, Any]:
    """One rule in one line."""
    trees = list(grammars(rule.grammar))
    return {
        "tool": rule.tool,
        "names": list(rule.names),
        "style": rule.grammar.style,
        "options": sum(len({id(option) for option in grammar.options.values()}) for _, grammar in trees),
        "subs": len(trees) - 1,
        "complete": rule.complete,
        "verified": rule.verified,
        "digest": rule.digest[:12],
        "summary": rule.summary,
    }


def _cell(value: object) -> str:
    if isinstance(value, list):
        return " ".join(value)
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)


def _show(args: argparse.Namespace) -> int:
    if not args.tools:
        raise UsageError("`rules show` needs a tool")
    rules = chosen(args)
    if args.json:
        print(json.dumps([_whole(rule) for rule in rules]))
        return 0
    for rule in rules:
        print(f"{rule.tool}: {rule.summary}\n{rule.manual}\n{rule.path.name} sha256 {rule.digest}")
        for path, grammar in grammars(rule.grammar):
            print(f"\n{' '.join((rule.tool, *path))}  ({grammar.style}, {'complete' if grammar.closed else 'open'})")
            _table(("spellings", "values and effects", "note"), _options(grammar), indent="  ")
            if grammar.operands.slots or grammar.operands.dashed:
                print(f"  operands: {meaning(grammar.operands)}")
        for title, entries in (("environment", rule.env), ("configuration", rule.config)):
            if entries:
                print(f"\n{title}")
                _table(("name", "values and effects", "note"), [_line(name, one) for name, one in entries], indent="  ")
    return 0


def _options(grammar: Grammar) -> list[list[str]]:
    """One line an option, in file order."""
    seen = {id(option): option for option in grammar.options.values()}
    return [_line(", ".join(option.names), option) for option in seen.values()]


def _line(name: str, option: Option) -> list[str]:
    return [name, meaning(option), option.note]


def meaning(taker: Option | Operands) -> str:
    """Values and effects in the words of the rule format."""
    words = [_slot(slot) for slot in taker.slots]
    words += [f"does {does.effect}{':' + does.detail if does.detail else ''}" for does in taker.does]
    if isinstance(taker, Operands) and taker.dashed is not None:
        words.append(f"behind --: {_slot(taker.dashed)}")
    if isinstance(taker, Option) and taker.makes:
        words.append(f"makes {taker.makes}")
    words += [f"({_slots(when.slots)} under {' '.join(when.options)})" for when in taker.when]
    words += [f"unless {' '.join(taker.unless)}"] if taker.unless else []
    return " ".join([*words, *(["job"] if taker.job else [])]) or "-"


def _slots(slots: Iterable[Slot]) -> str:
    return " ".join(_slot(slot) for slot in slots)


def _slot(slot: Slot) -> str:
    return f"{slot.kind}{':' + slot.detail if slot.detail else ''}{'?' * slot.optional}{'*' * slot.repeat}"


def _whole(rule: Rule) -> dict[str, Any]:
    """A rule for programs."""
    return {
        **_row(rule),
        "manual": rule.manual,
        "digest": rule.digest,
        "grammars": [
            {
                "sub": list(path),
                "style": grammar.style,
                "closed": grammar.closed,
                "options": {line[0]: line[1] for line in _options(grammar)},
                "operands": meaning(grammar.operands),
            }
            for path, grammar in grammars(rule.grammar)
        ],
        "env": {name: meaning(option) for name, option in rule.env},
        "config": {name: meaning(option) for name, option in rule.config},
        "spawns": list(rule.spawns),
    }


def _coverage(args: argparse.Namespace) -> int:
    from interposer.cli.installed import documented  # noqa: PLC0415 - only here are tools started

    def compared(rule: Rule) -> list[Gap]:
        return list(gaps(rule.tool, rule.grammar, documented, dict(rule.coverage)))

    with ThreadPoolExecutor(_ASKED_AT_ONCE) as pool:
        found = [gap for every in pool.map(compared, chosen(args)) for gap in every]
    if args.json:
        print(json.dumps([asdict(gap) for gap in found]))
    else:
        for gap in found:
            _print_gap(gap)
    return EXIT_GAPS if any(gap.complete and gap.missing for gap in found) else 0


def _print_gap(gap: Gap) -> None:
    name = " ".join((gap.tool, *gap.sub))
    if not gap.asked:
        print(f"{name}: not installed, or documents no options")
        return
    state = "complete" if gap.complete else "open"
    print(f"{name}: {gap.documented} documented, {len(gap.missing)} missing ({state})")
    lists = (
        ("missing", gap.missing),
        ("explained in the rule", gap.excused),
        ("only in the rule", gap.only),
        ("value differs", gap.differs),
    )
    for title, names in lists:
        if names:
            print(f"  {title}: {' '.join(names)}")


def _new(args: argparse.Namespace) -> int:
    from interposer.cli.installed import documented, output  # noqa: PLC0415 - only here are tools started

    if len(args.tools) != 1:
        raise UsageError("`rules new` needs one tool")
    (tool,) = args.tools
    options = documented(tool)
    if options is None:
        raise UsageError(f"`{tool}` is not installed, or documents no options")
    with tempfile.TemporaryDirectory(prefix="interposer-draft-") as folder:
        version = output([tool, "--version"], Path(folder)).strip().splitlines()
    print(draft(tool, options, f"{tool} --help, {version[0] if version else 'version unknown'}"), end="")
    return 0


def _test(args: argparse.Namespace) -> int:
    from interposer.cli.examples import run_examples  # noqa: PLC0415 - only here is anything judged

    return run_examples(chosen(args), as_json=args.json)


def _schema(_: argparse.Namespace) -> int:
    print(json.dumps(schema(), indent=2))
    return 0


ACTIONS: dict[str, Callable[[argparse.Namespace], int]] = {
    "list": _list,
    "show": _show,
    "test": _test,
    "coverage": _coverage,
    "new": _new,
    "schema": _schema,
}
"""Every sub-verb with what it does."""


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]], indent: str = "") -> None:
    """A table: drawn by rich for a person, columns divided by tabs where the output goes elsewhere."""
    if not sys.stdout.isatty():
        for row in rows:
            print(indent + "\t".join(row))
        return
    from rich.console import Console  # noqa: PLC0415 - only for a person
    from rich.table import Table  # noqa: PLC0415 - likewise
    from rich.text import Text  # noqa: PLC0415 - likewise

    table = Table(*heads, box=None, header_style="bold", pad_edge=False)
    for row in rows:
        table.add_row(*(Text(cell) for cell in row))
    Console().print(table)
