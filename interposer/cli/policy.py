"""`interposer policy`: show, test and lint policies."""

import argparse
import json
from pathlib import Path

from interposer.errors import UsageError
from interposer.guard import policy_folders
from interposer.policy.lint import lint
from interposer.policy.load import load_policy
from interposer.policy.model import Condition, Policy, Statement

SUMMARY = "show, test and lint policies"
EPILOG = """\
actions:
  show [NAME]   a line a policy (default), or every statement of one
  lint [NAME]   statements that never match, add nothing or contradict others
  test CASES    judge a case table (the form of tests/rules/*.toml)

Policies are looked for beside the shipped ones and in the folder `policies`
of $XDG_CONFIG_HOME/interposer. Exit status: 1 where lint or test found
something.

examples:
  interposer policy show default
  interposer policy lint ./house.toml
  interposer policy test ./cases.toml --policy ./house.toml
"""
_ACTIONS = ("show", "lint", "test")
_LATER = frozenset({"replay", "suggest"})


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the sub-verbs of `policy`."""
    parser.add_argument(
        "action",
        nargs="?",
        default="show",
        choices=[*_ACTIONS, *sorted(_LATER)],
        metavar="|".join(_ACTIONS),
        help="what to do (default: show)",
    )
    parser.add_argument("name", nargs="?", default="", metavar="NAME|FILE", help="a policy; for `test` a case table")
    parser.add_argument(
        "--policy",
        default="",
        metavar="NAME|FILE",
        help="policy that `test` judges by (default: by the case's context)",
    )
    parser.add_argument("--json", action="store_true", help="JSON instead of text")


def run(arguments: argparse.Namespace) -> int:
    """Do what the sub-verb says; exit status 1 where lint or test found something."""
    if arguments.action in _LATER:
        raise UsageError(f"`policy {arguments.action}` is not part of this version", code="IP-19")
    match arguments.action:
        case "show":
            return _show(arguments)
        case "lint":
            return _lint(arguments)
        case _:
            return _test(arguments)


def _names(arguments: argparse.Namespace) -> list[str]:
    if arguments.name:
        return [arguments.name]
    return sorted({path.stem for folder in policy_folders() if folder.is_dir() for path in folder.glob("*.toml")})


def _show(arguments: argparse.Namespace) -> int:
    policies = [load_policy(name, policy_folders()) for name in _names(arguments)]
    if arguments.json:
        print(json.dumps([_policy_json(policy) for policy in policies], ensure_ascii=True))
        return 0
    for policy in policies:
        print(
            f"{policy.name}  {policy.mode}{', closed world' if policy.closed else ''}"
            f"  {len(policy.statements)} statements  sha256 {policy.digest[:16]}"
        )
        if arguments.name:
            for statement in policy.statements:
                print(f"  {statement.decision:5} {statement.rule:22} {_conditions(statement)}")
    return 0


def _conditions(statement: Statement) -> str:
    text = " and ".join(_condition(one) for one in statement.conditions)
    if statement.unless:
        text += " unless " + " and ".join(_condition(one) for one in statement.unless)
    for group in statement.excepted:
        text += " except " + " and ".join(_condition(one) for one in group)
    return text


def _condition(condition: Condition) -> str:
    values = sorted(condition.values.exact) + list(condition.values.patterns)
    return f"{condition.field}{' not' if condition.negated else ''} in {'|'.join(values)}"


def _policy_json(policy: Policy) -> dict[str, object]:
    return {
        "name": policy.name,
        "mode": policy.mode,
        "closed": policy.closed,
        "digest": policy.digest,
        "statements": [
            {
                "id": one.rule,
                "decision": one.decision,
                "when": _conditions(one),
                "reason": one.reason,
                "advice": one.advice,
            }
            for one in policy.statements
        ],
    }


def _lint(arguments: argparse.Namespace) -> int:
    found = [(name, remark) for name in _names(arguments) for remark in lint(load_policy(name, policy_folders()))]
    if arguments.json:
        print(
            json.dumps(
                [
                    {"policy": name, "kind": one.kind, "rule": one.rule, "other": one.other, "message": one.message}
                    for name, one in found
                ]
            )
        )
    else:
        for name, one in found:
            print(f"{name}: {one.kind}: {one.message}")
        print(f"{len(found)} remarks on {len(_names(arguments))} policies")
    return 1 if any(one.kind != "note" for _, one in found) else 0


def _test(arguments: argparse.Namespace) -> int:
    from interposer.cli.casing import run_cases  # noqa: PLC0415 - only for test

    if not arguments.name:
        raise UsageError("name a case table: interposer policy test CASES.toml")
    return run_cases([Path(arguments.name)], policy=arguments.policy, as_json=arguments.json)
