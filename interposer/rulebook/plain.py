"""Rules as plain text and back, so that a compiled rule book can be kept in a file that holds no code.

A rule is some lines of JSON: its head, then its distinct options, option tables and subcommands, each read when it is
first asked for. A slot is its text (`script:sed?`), a dataclass its fields that differ from their defaults.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import MISSING, dataclass, field, fields
from functools import lru_cache
from pathlib import Path
from typing import Any, Final, Generic, TypeVar, overload

from interposer.rulebook.model import Ambient, Example, Named, Rule
from interposer_argv.grammar import Does, Grammar, Operands, Option, Slot, When

Plain = Any
"""What JSON can hold."""
_T = TypeVar("_T")
_TEXTS: Final = frozenset({"until", "unless", "harmless", "fills", "names", "spawns"})
_RULE: Final = ("tool", "names", "summary", "manual", "verified", "complete", "spawns", "digest")


def shape() -> str:
    """The names of all fields: a file that was written with others is of no use."""
    every = (Slot, Does, When, Option, Operands, Grammar, Ambient, Example, Rule)
    return ";".join(f"{one.__name__}:{','.join(each.name for each in fields(one))}" for one in every)


def written_rule(rule: Rule) -> str:
    """`rule` without its place in the file system, as lines."""
    pool = _Pool()
    head = {
        "rule": {name: getattr(rule, name) for name in _RULE},
        "grammar": _plain_grammar(rule.grammar, pool),
        "env": pool.table(dict(rule.env)),
        "config": pool.table(dict(rule.config)),
        "ambient": [[one.path, one.format, one.note, one.keys] for one in rule.ambient],
        "examples": [[one.line, one.does, one.note] for one in rule.examples],
        "coverage": rule.coverage,
        "lines": [len(pool.options), len(pool.tables)],
    }
    return "\n".join([_text(head), *pool.options, *pool.tables, *pool.subs])


def rule_of(text: str, path: Path) -> Rule:
    """The rule that `written_rule` made `text` of, whose file is now at `path`."""
    head, *lines = text.split("\n")
    data = json.loads(head)
    options, tables = data["lines"]
    unread = _Unread(lines[:options], lines[options : options + tables], lines[options + tables :])
    env, config = unread.entries(data["env"]), unread.entries(data["config"])
    return Rule(
        **_tuples(data["rule"]),
        grammar=unread.grammar(data["grammar"]),
        env=env,
        config=config,
        ambient=tuple(Ambient(where, form, note, tuple(keys)) for where, form, note, keys in data["ambient"]),
        examples=tuple(Example(line, tuple(does), note) for line, does, note in data["examples"]),
        coverage=tuple((name, reason) for name, reason in data["coverage"]),
        path=path,
        env_names=env.named(),
        config_names=config.named(),
    )


def written_variables(entries: Sequence[tuple[str, Option]]) -> str:
    """The variables of `environment.toml`."""
    return _text([[name, _plain_taker(option)] for name, option in entries])


def variables_of(text: str) -> tuple[tuple[str, Option], ...]:
    """What `written_variables` made `text` of."""
    return tuple((name, _option(option)) for name, option in json.loads(text))


@dataclass(slots=True)
class _Pool:
    """What the grammars of one rule share, as texts with their places: groups make many of them alike."""

    options: dict[str, int] = field(default_factory=dict)
    tables: dict[str, int] = field(default_factory=dict)
    subs: list[str] = field(default_factory=list)
    seen: dict[int, int] = field(default_factory=dict)

    def table(self, options: Mapping[str, Option]) -> int:
        """The place of a table of options: names, and for each the place of its option."""
        places = {}
        for name, option in options.items():
            places[name] = self.options.setdefault(_text(_plain_taker(option)), len(self.options))
        return self.tables.setdefault(_text(places), len(self.tables))


def _text(data: Plain) -> str:
    return json.dumps(data, separators=(",", ":"))


def _plain_grammar(grammar: Grammar, pool: _Pool) -> Plain:
    """The grammar; those of its subcommands are added to `pool`, each once."""
    data = _differing(grammar, leave={"options", "operands", "subs", "does"})
    if grammar.options:
        data["options"] = pool.table(grammar.options)
    if grammar.operands != Operands():
        data["operands"] = _plain_taker(grammar.operands)
    if grammar.does:
        data["does"] = _plain_does(grammar.does)
    subs = {}
    for name, sub in grammar.subs.items():
        if id(sub) not in pool.seen:
            text = _text(_plain_grammar(sub, pool))
            pool.seen[id(sub)] = len(pool.subs)
            pool.subs.append(text)
        subs[name] = pool.seen[id(sub)]
    if subs:
        data["subs"] = subs
    return data


def _differing(value: Grammar | Option | Operands, leave: set[str]) -> dict[str, Plain]:
    """The fields of a dataclass that do not hold their default."""
    found = {}
    for one in fields(value):
        held = getattr(value, one.name)
        default = one.default_factory() if one.default_factory is not MISSING else one.default
        if one.name not in leave and held != default:
            found[one.name] = held
    return found


def _plain_taker(taker: Option | Operands) -> dict[str, Plain]:
    """An option or operands table."""
    data = _differing(taker, leave={"slots", "does", "when", "dashed"})
    if taker.slots:
        data["slots"] = [_written(slot) for slot in taker.slots]
    if taker.does:
        data["does"] = _plain_does(taker.does)
    if taker.when:
        data["when"] = [[one.options, [_written(slot) for slot in one.slots]] for one in taker.when]
    if taker.dashed:
        data["dashed"] = _written(taker.dashed) if isinstance(taker.dashed, Slot) else True
    return data


def _written(slot: Slot) -> str:
    detail = f":{slot.detail}" if slot.detail else ""
    return f"{slot.kind}{detail}{'?' if slot.optional else ''}{'*' if slot.repeat else ''}"


def _plain_does(every: Sequence[Does]) -> Plain:
    return [[does.effect, does.detail, does.to] for does in every]


@lru_cache(maxsize=1024)
def _slot(text: str) -> Slot:
    sign = text[-1:] if text[-1:] in {"?", "*"} else ""
    kind, _, detail = text.removesuffix(sign).partition(":")
    return Slot(kind, detail, sign == "?", sign == "*")


@lru_cache(maxsize=1024)
def _does(effect: str, detail: str, to: str) -> Does:
    return Does(effect, detail, to)


def _slots(texts: Sequence[str]) -> tuple[Slot, ...]:
    return tuple([_slot(text) for text in texts])


def _tuples(data: dict[str, Plain]) -> dict[str, Plain]:
    """`data` with tuples in place of the lists that JSON knows."""
    for name in _TEXTS & data.keys():
        if isinstance(data[name], list):
            data[name] = tuple(data[name])
    return data


def _taker(data: dict[str, Plain]) -> dict[str, Plain]:
    """The fields that an option and operands have in common."""
    if "slots" in data:
        data["slots"] = _slots(data["slots"])
    if "does" in data:
        data["does"] = tuple(_does(*one) for one in data["does"])
    if "when" in data:
        data["when"] = tuple(When(tuple(options), _slots(slots)) for options, slots in data["when"])
    return _tuples(data)


def _option(data: dict[str, Plain]) -> Option:
    return Option(**_taker(data))


def _operands(data: dict[str, Plain]) -> Operands:
    if "dashed" in data:
        data["dashed"] = _slot(data["dashed"])
    return Operands(**_taker(data))


class _Unread:
    """What one rule's grammars share: texts until they are asked for."""

    def __init__(self, options: Sequence[str], tables: Sequence[str], subs: Sequence[str]) -> None:
        self._options = options
        self._tables = tables
        self._subs = subs
        self._made: dict[int, Option] = {}
        self._grammars: dict[int, Grammar] = {}

    def sub(self, place: int) -> Grammar:
        """The subcommand's grammar that stands at `place`."""
        made = self._grammars.get(place)
        if made is None:
            made = self._grammars[place] = self.grammar(json.loads(self._subs[place]))
        return made

    def entries(self, place: int) -> "_Entries":
        """The variables or keys of the table that stands at `place`."""
        return _Entries(self, json.loads(self._tables[place]))

    def option(self, place: int) -> Option:
        """The option that stands at `place`."""
        made = self._made.get(place)
        if made is None:
            made = self._made[place] = _option(json.loads(self._options[place]))
        return made

    def table(self, place: int) -> dict[str, Option]:
        """The options of the table that stands at `place`."""
        places = json.loads(self._tables[place])
        missing = sorted(set(places.values()) - self._made.keys())
        if missing:
            texts = json.loads(f"[{','.join([self._options[one] for one in missing])}]")
            self._made.update(zip(missing, map(_option, texts), strict=True))
        made = self._made
        return {name: made[one] for name, one in places.items()}

    def grammar(self, data: dict[str, Plain]) -> Grammar:
        """The grammar of `data`."""
        if "options" in data:
            data["options"] = self.table(data["options"])
        if "operands" in data:
            data["operands"] = _operands(data["operands"])
        if "does" in data:
            data["does"] = tuple(_does(*one) for one in data["does"])
        if "subs" in data:
            data["subs"] = _Places(self.sub, data["subs"])
        return Grammar(**_tuples(data))


class _Entries(Sequence[tuple[str, Option]]):
    """Variables or configuration keys in the file's order, each read when it is first looked at."""

    def __init__(self, unread: _Unread, places: Mapping[str, int]) -> None:
        self._unread = unread
        self._places = places
        self._keys = tuple(places)

    @overload
    def __getitem__(self, index: int) -> tuple[str, Option]: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[tuple[str, Option]]: ...
    def __getitem__(self, index: int | slice) -> tuple[str, Option] | Sequence[tuple[str, Option]]:
        if isinstance(index, slice):
            return tuple(self)[index]
        name = self._keys[index]
        return name, self._unread.option(self._places[name])

    def __len__(self) -> int:
        return len(self._keys)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and tuple(self) == tuple(other)

    def __hash__(self) -> int:
        return hash(tuple(self))

    def __repr__(self) -> str:
        return repr(tuple(self))

    def __reduce__(self) -> tuple[type, tuple[tuple[tuple[str, Option], ...]]]:
        return tuple, (tuple(self),)

    def named(self) -> Named:
        """Their lookup, see `interposer.rulebook.model.named`."""
        exact = {name: place for name, place in self._places.items() if "*" not in name}
        patterns = sorted((name for name in self._keys if "*" in name), key=lambda name: -len(name))
        read = self._unread.option
        return Named(_Places(read, exact), tuple((name, read(self._places[name])) for name in patterns))


class _Places(Mapping[str, _T], Generic[_T]):
    """Things by name, each read when it is first asked for."""

    def __init__(self, read: Callable[[int], _T], places: Mapping[str, int]) -> None:
        self._read = read
        self._places = places

    def __getitem__(self, name: str) -> _T:
        return self._read(self._places[name])

    def __contains__(self, name: object) -> bool:
        return name in self._places

    def __iter__(self) -> Iterator[str]:
        return iter(self._places)

    def __len__(self) -> int:
        return len(self._places)

    def __repr__(self) -> str:
        return repr(dict(self))

    def __reduce__(self) -> tuple[type, tuple[dict[str, _T]]]:
        return dict, (dict(self),)
