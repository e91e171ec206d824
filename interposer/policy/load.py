"""Policies from TOML: `rules/policies/*.toml` and the operator's own files."""

import hashlib
import tomllib
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, get_args

from interposer.decision import Verdict
from interposer.errors import PolicyError
from interposer.lists import name_list
from interposer.policy.model import FIELDS, Condition, Policy, Statement

_TOP = frozenset({"policy", "extends", "mode", "closed", "summary", "rule", "except"})
_RULE = frozenset({"id", "decision", "what", "where", "who", "unless", "reason", "advice", "note"})
_EXCEPT = frozenset({"rule", "what", "where", "who", "note"})
_MODES = frozenset({"enforce", "observe"})
MAX_EXTENDS = 8


def load_policy(name: str, folders: tuple[Path, ...]) -> Policy:
    """The policy `name`: a path to a file, or the stem of a file in one of `folders`, later ones first.

    Raises:
        PolicyError: IP-51 missing, IP-52 malformed, IP-53 an unknown key, IP-54 a bad value.
    """
    table, digest = _read(name, folders)
    statements = list(_statements(table, name))
    exceptions = _tables(table, "except", name)
    seen = [name]
    digests = [digest]
    mode, closed = table.get("mode", "enforce"), table.get("closed", False)
    while base := table.get("extends"):
        if not isinstance(base, str):
            raise PolicyError(f"policy `{name}`: `extends` must be the name of a policy", code="IP-54")
        if len(seen) > MAX_EXTENDS or base in seen:
            raise PolicyError(f"policy `{name}` extends itself", code="IP-54")
        seen.append(base)
        table, digest = _read(base, folders)
        digests.append(digest)
        statements += _statements(table, base)
        exceptions += _tables(table, "except", base)
    if mode not in _MODES:
        raise PolicyError(f"policy `{name}`: mode `{mode}` is not one of enforce, observe", code="IP-54")
    if not isinstance(closed, bool):
        raise PolicyError(f"policy `{name}`: `closed` must be true or false", code="IP-54")
    excepted = _excepted(statements, exceptions, name)
    whole = hashlib.sha256("".join(digests).encode()).hexdigest()
    return Policy(str(name), tuple(excepted), whole, mode, closed, {}, _particular(excepted))


def _particular(statements: list[Statement]) -> bool:
    groups = (group for one in statements for group in (one.conditions, one.unless, *one.excepted))
    return any(condition.field in {"what.line", "what.operand"} for group in groups for condition in group)


def _read(name: str, folders: tuple[Path, ...]) -> tuple[dict[str, Any], str]:
    path = _path(name, folders)
    try:
        content = path.read_bytes()
        table = tomllib.loads(content.decode("utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise PolicyError(f"policy `{name}` cannot be read: {error}", code="IP-51") from error
    except tomllib.TOMLDecodeError as error:
        raise PolicyError(f"policy `{name}` is malformed: {error}", code="IP-52") from error
    for key in table:
        if key not in _TOP:
            raise PolicyError(f"policy `{name}`{_line(content, key)}: unknown key `{key}`", code="IP-53")
    return table, hashlib.sha256(content).hexdigest()


def _line(content: bytes, key: str) -> str:
    for number, text in enumerate(content.decode("utf-8").splitlines(), 1):
        if text.strip().startswith((key, f"[{key}", f"[[{key}")):
            return f", line {number}"
    return ""


def _path(name: str, folders: tuple[Path, ...]) -> Path:
    if "/" in name or name.endswith(".toml"):
        return Path(name)
    for folder in reversed(folders):
        path = folder / f"{name}.toml"
        if path.is_file():
            return path
    raise PolicyError(f"there is no policy `{name}`", code="IP-51", hint="`interposer policy show` lists the policies")


def _tables(table: Mapping[str, Any], key: str, name: str) -> list[dict[str, Any]]:
    found = table.get(key, [])
    if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
        raise PolicyError(f"policy `{name}`: `{key}` must be an array of tables", code="IP-54")
    return found


def _statements(table: Mapping[str, Any], name: str) -> list[Statement]:
    found = [_statement(rule, name) for rule in _tables(table, "rule", name)]
    ids = [one.rule for one in found]
    for one in ids:
        if ids.count(one) > 1:
            raise PolicyError(f"policy `{name}`: two statements are named `{one}`", code="IP-54")
    return found


def _statement(rule: Mapping[str, Any], name: str) -> Statement:
    for key in rule:
        if key not in _RULE:
            raise PolicyError(
                f"policy `{name}`: statement `{rule.get('id', '?')}` has the unknown key `{key}`", code="IP-53"
            )
    rule_id, decision = rule.get("id", ""), rule.get("decision", "")
    if not rule_id or decision not in get_args(Verdict):
        raise PolicyError(
            f"policy `{name}`: statement `{rule_id or '?'}` needs an id and a decision",
            code="IP-54",
            hint="decision is allow, ask or deny",
        )
    conditions = [
        one for group in ("what", "where", "who") for one in _conditions(group, rule.get(group, {}), name, rule_id)
    ]
    if not conditions:
        raise PolicyError(f"policy `{name}`: statement `{rule_id}` has no condition", code="IP-54")
    unless = tuple(_conditions("what", rule.get("unless", {}), name, rule_id))
    reason, advice = rule.get("reason", ""), rule.get("advice", "")
    if not isinstance(reason, str) or not isinstance(advice, str):
        raise PolicyError(f"policy `{name}`: reason and advice of `{rule_id}` must be text", code="IP-54")
    return Statement(rule_id, decision, tuple(conditions), unless, (), reason, advice)


def _conditions(group: str, table: Any, name: str, rule: str) -> list[Condition]:
    if not isinstance(table, dict):
        raise PolicyError(f"policy `{name}`: `{group}` of `{rule}` must be a table", code="IP-54")
    found = []
    for key, value in table.items():
        negated = key.endswith("_not")
        field = f"{group}.{key.removesuffix('_not')}"
        if field not in FIELDS:
            raise PolicyError(
                f"policy `{name}`: statement `{rule}` tests the unknown `{field}`",
                code="IP-53",
                hint="known: " + ", ".join(FIELDS),
            )
        texts = [_text(one, f"`{field}` of `{rule}`", name) for one in (value if isinstance(value, list) else [value])]
        if not texts:
            raise PolicyError(f"policy `{name}`: `{field}` of `{rule}` is empty", code="IP-54")
        found.append(Condition(field, name_list(texts), negated))
    return found


def _text(value: object, where: str, name: str) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case str() | int():
            return str(value)
        case _:
            message = f"policy `{name}`: {where} is neither text, number nor truth value: `{value}`"
            raise PolicyError(message, code="IP-54")


def _excepted(statements: list[Statement], exceptions: list[dict[str, Any]], name: str) -> list[Statement]:
    for one in exceptions:
        if "rule" not in one:
            raise PolicyError(f"policy `{name}`: an exception needs the id of its rule", code="IP-54")
        for key in one:
            if key not in _EXCEPT:
                message = f"policy `{name}`: the exception to `{one['rule']}` has the unknown key `{key}`"
                raise PolicyError(message, code="IP-53")
        if one["rule"] not in {statement.rule for statement in statements}:
            raise PolicyError(f"policy `{name}`: an exception names the unknown rule `{one['rule']}`", code="IP-53")
        groups = tuple(
            found
            for group in ("what", "where", "who")
            for found in _conditions(group, one.get(group, {}), name, one["rule"])
        )
        if not groups:
            raise PolicyError(f"policy `{name}`: an exception to `{one['rule']}` has no condition", code="IP-54")
        statements = [
            replace(each, excepted=(*each.excepted, groups)) if each.rule == one["rule"] else each
            for each in statements
        ]
    return statements
