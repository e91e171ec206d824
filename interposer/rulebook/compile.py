"""From a rule file to a `Rule`."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from interposer.rulebook.model import Ambient, Example, Rule, named
from interposer.rulebook.source import Source, read_source
from interposer.rulebook.values import checked, effects, operands, option, texts
from interposer.rulebook.words import AMBIENT, EXAMPLE, GRAMMAR, SPAWNS, SUB, TOP
from interposer_argv.grammar import Grammar, Operands, Option, Style

_DEFAULT_STYLE: Style = "getopt-long"
_STOPS_AT_OPERANDS = frozenset({"getopt", "go-flag", "subcommands"})


def compile_rule(path: Path) -> Rule:
    """The rule that stands in the file at `path`.

    Raises:
        RuleError: see `rules/README.md`; the message begins with file and line.
    """
    source = read_source(path)
    top = checked(source, source.table, TOP)
    if top.get("tool") != path.stem:
        raise source.error(f"`tool` must be the file's name, `{path.stem}`", "tool", code="IP-45")
    if "grammar" not in top:
        raise source.error("a rule without [grammar]", code="IP-46")
    head = checked(source, top["grammar"], GRAMMAR, "grammar")
    body: dict[str, Any] = {key: top[key] for key in ("options", "primaries", "operands") if key in top}
    grammar = _Tree(source, top.get("group", {})).top({**head, **body}, top.get("sub", {}))
    env = tuple(_entries(source, top.get("env", {}), "env"))
    config = tuple(_entries(source, top.get("config", {}), "config"))
    return Rule(
        tool=path.stem,
        grammar=grammar,
        names=texts(top.get("names")),
        summary=top.get("summary", ""),
        manual=top.get("manual", ""),
        verified=top.get("verified", False),
        complete=head.get("complete", False),
        env=env,
        config=config,
        ambient=tuple(_ambient(source, item) for item in top.get("ambient", ())),
        spawns=texts(checked(source, top.get("spawns", {}), SPAWNS, "spawns").get("programs")),
        examples=tuple(_example(source, item) for item in top.get("example", ())),
        coverage=tuple(_excused(source, top.get("coverage", {}))),
        digest=source.digest,
        path=path,
        env_names=named(env),
        config_names=named(config),
    )


def compile_variables(path: Path) -> tuple[tuple[str, Option], ...]:
    """The variables of `environment.toml`, which make any program run or load something."""
    source = read_source(path)
    if list(source.table) != ["env"]:
        raise source.error("this file holds one [env] table and nothing else", code="IP-42")
    return tuple(_entries(source, source.table["env"], "env"))


def checked_table(source: Source, table: Any, *at: str) -> dict[str, Any]:
    """`table` where it is one."""
    if not isinstance(table, dict):
        raise source.error(f"`{'.'.join(at)}` must be a table", *at, code="IP-43")
    return table


def _entries(source: Source, table: Any, section: str) -> Iterator[tuple[str, Option]]:
    """Variables or configuration keys with what they mean."""
    for key, value in checked_table(source, table, section).items():
        if section == "config" and key != key.lower():
            raise source.error(f"configuration keys are written in lower case: `{key}`", section, key, code="IP-45")
        for name in spellings(key):
            yield name, option(source, (name,), value, section, key)


def _ambient(source: Source, item: Any) -> Ambient:
    table = checked(source, item, AMBIENT, "ambient")
    if not table.get("path") or not table.get("format"):
        raise source.error("[[ambient]] needs `path` and `format`", "ambient", code="IP-43")
    return Ambient(table["path"], table["format"], table.get("note", ""), texts(table.get("keys")))


def _excused(source: Source, table: Any) -> Iterator[tuple[str, str]]:
    """Spellings with the reason why they are no options."""
    for name, reason in checked_table(source, table, "coverage").items():
        if not isinstance(reason, str) or not reason:
            raise source.error(f"`{name}` needs a reason", "coverage", name, code="IP-43")
        for spelled in spellings(name):
            yield spelled, reason


def _example(source: Source, item: Any) -> Example:
    table = checked(source, item, EXAMPLE, "example")
    if not table.get("line") or "does" not in table:
        raise source.error("[[example]] needs `line` and `does`", "example", code="IP-43")
    return Example(table["line"], texts(table["does"]), table.get("note", ""))


def spellings(key: str) -> tuple[str, ...]:
    """The spellings that a key lists: `"-e, --expression"`."""
    return tuple(name for piece in key.split(", ") if (name := piece.strip())) or (key,)


class _Tree:
    """Compiles a tool's grammar and those of its subcommands."""

    def __init__(self, source: Source, groups: Mapping[str, Any]) -> None:
        self.source = source
        self.groups = {name: self._table(table, "group", name) for name, table in groups.items()}

    def top(self, table: dict[str, Any], subs: Any) -> Grammar:
        """The tool's own grammar with all subcommands in it."""
        source = self.source
        children: dict[str, dict[str, dict[str, Any]]] = {}
        for path, sub in checked_table(source, subs, "sub").items():
            parent, _, name = " ".join(path.split()).rpartition(" ")
            if not name:
                raise source.error("a subcommand without a name", "sub", code="IP-43")
            children.setdefault(parent, {})[name] = checked(source, sub, SUB, "sub", path)
        for parent in list(children):
            _connect(children, parent)
        if table.get("style") == "subcommands" and not children:
            raise source.error("style `subcommands` without any [sub.NAME]", "grammar", code="IP-45")
        return self._grammar(table, {}, "", children)

    def _grammar(
        self,
        table: dict[str, Any],
        outer: Mapping[str, Any],
        path: str,
        children: Mapping[str, dict[str, dict[str, Any]]],
    ) -> Grammar:
        """One grammar; `path` is its subcommand path, "" for the tool itself."""
        at = ("sub", path) if path else ("grammar",)
        inherited = {
            key: outer[key] for key in ("complete", "unknown", "abbreviate", "negate", "equals") if key in outer
        }
        if "complete" in table and "unknown" not in table:
            inherited.pop("unknown", None)
        table = {**inherited, **table}
        complete = table.get("complete", False)
        unknown = table.get("unknown", "refuse" if complete else "text")
        if complete and unknown == "text":
            raise self.source.error(
                "a complete grammar refuses what is not listed; `unknown` must not be `text`", *at, code="IP-45"
            )
        subs: dict[str, Grammar] = {}
        for name, child in children.get(path, {}).items():
            inner = f"{path} {name}".strip()
            grammar = self._grammar(child, table, inner, children)
            for spelled in (name, *texts(child.get("alias"))):
                if spelled in subs:
                    raise self.source.error(f"subcommand `{spelled}` is named twice", "sub", inner, code="IP-44")
                subs[spelled] = grammar
        style: Style = table.get("style") or ("subcommands" if subs and not table.get("operands") else _DEFAULT_STYLE)
        return Grammar(
            style=style,
            options=self._options(table, path, style),
            operands=self._operands(table, path),
            subs=subs,
            closed=unknown == "refuse",
            permute=table.get("permute", style not in _STOPS_AT_OPERANDS),
            abbreviate=table.get("abbreviate", True),
            numeric=table.get("numeric", False),
            plus=table.get("plus", False),
            negate=table.get("negate", False),
            equals=table.get("equals", False),
            does=effects(self.source, table.get("does"), "", *at),
            unless=texts(table.get("unless")),
            response=table.get("response", ""),
            rejects=table.get("rejects", False),
        )

    def _operands(self, table: dict[str, Any], path: str) -> Operands:
        at = ("sub", path, "operands") if path else ("operands",)
        return operands(self.source, table["operands"], *at) if "operands" in table else Operands()

    def _options(self, table: dict[str, Any], path: str, style: str) -> dict[str, Option]:
        """Options by every spelling; a subcommand's own take precedence over those of its groups."""
        prefix = ("sub", path) if path else ()
        found: dict[str, Option] = {}
        for section in ("options", "primaries"):
            if section in table:
                self._merge(found, self._table(table[section], *prefix, section), *prefix, section)
        own = dict(found)
        for name in texts(table.get("groups")):
            if name not in self.groups:
                at = ("sub", path, "groups") if path else ("grammar", "groups")
                raise self.source.error(f"there is no [group.{name}]", *at, code="IP-43")
            self._merge(found, {k: v for k, v in self.groups[name].items() if k not in own}, "group", name)
        self._reachable(found, style, prefix)
        return found

    def _merge(self, found: dict[str, Option], table: Mapping[str, Option], *at: str) -> None:
        """Add `table` to `found`; a spelling may be in both only with the same meaning."""
        for name in found.keys() & table.keys():
            if found[name] is not table[name] and found[name] != table[name]:
                raise self.source.error(f"`{name}` is listed twice with different meanings", *at, name, code="IP-44")
        found.update(table)

    def _table(self, table: Any, *at: str) -> dict[str, Option]:
        """The entries of one table under all their spellings."""
        found: dict[str, Option] = {}
        for key, value in checked_table(self.source, table, *at).items():
            entry = option(self.source, spellings(key), value, *at, key)
            for name in entry.names:
                if found.setdefault(name, entry) != entry:
                    raise self.source.error(f"`{name}` is listed twice with different meanings", *at, key, code="IP-44")
        return found

    def _reachable(self, found: Mapping[str, Option], style: str, prefix: tuple[str, ...]) -> None:
        """Refuse names that the style could never read as options."""
        if style == "none" and found:
            raise self.source.error("style `none` reads no options", *prefix, "options", code="IP-45")
        for name in found if style != "dd" else ():
            if name == "--" and style != "single-dash":
                raise self.source.error(
                    f"`{name}` can never be read as an option", *prefix, "options", name, code="IP-45"
                )
            if name[:1] not in {"-", "+"} and name not in {"!", "(", ")", ","}:
                raise self.source.error(
                    f"`{name}` is no option: it needs a dash", *prefix, "options", name, code="IP-45"
                )


def _connect(children: dict[str, dict[str, dict[str, Any]]], path: str) -> None:
    """Make sure that each parent of a nested subcommand exists."""
    while path:
        parent, _, name = path.rpartition(" ")
        children.setdefault(parent, {}).setdefault(name, {})
        path = parent
