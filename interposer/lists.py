"""Names and places that policy trusts: `rules/lists.toml`, compiled for fast lookup."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from interposer.errors import RuleError

_GLOB = re.compile(r"\*\*/|/\*\*|\*\*|\*|\?")
_GLOB_TEXT = {"**/": r"(?:.*/)?", "/**": r"(?:/.*)?", "**": r".*", "*": r"[^/]*", "?": r"[^/]"}


@lru_cache(maxsize=4096)
def path_pattern(pattern: str) -> re.Pattern[str]:
    """Compile a path pattern: `*` stays within a folder, `**/` is any folder, `/**` the folder and all below."""
    pieces, end = [], 0
    for found in _GLOB.finditer(pattern):
        pieces += [re.escape(pattern[end : found.start()]), _GLOB_TEXT[found.group()]]
        end = found.end()
    return re.compile("".join([*pieces, re.escape(pattern[end:])]), re.DOTALL)


@lru_cache(maxsize=4096)
def name_pattern(pattern: str) -> re.Pattern[str]:
    """Compile a name pattern: `*` matches any text."""
    return re.compile(".*".join(re.escape(piece) for piece in pattern.split("*")), re.DOTALL)


@dataclass(frozen=True, slots=True)
class NameList:
    """Exact names and patterns."""

    exact: frozenset[str]
    patterns: tuple[re.Pattern[str], ...]

    def __contains__(self, name: str) -> bool:
        """Whether `name` is listed."""
        if name in self.exact:
            return True
        for pattern in self.patterns:  # noqa: SIM110 - a generator costs more than the match here
            if pattern.fullmatch(name):
                return True
        return False


def name_list(names: list[str]) -> NameList:
    """The compiled list of `names`."""
    return NameList(
        frozenset(name for name in names if "*" not in name),
        tuple(name_pattern(name) for name in names if "*" in name),
    )


_EMPTY = NameList(frozenset(), ())


@dataclass(frozen=True, slots=True)
class Lists:
    """All lists of one file.

    Attributes:
        names: name lists by name.
        indexes: hosts of ordinary package indexes.
        idioms: what a substitution is known to be, by the beginning of its command line.
        evals: command lines whose output `eval` may take.
        places: path patterns in the order in which they count.
        stdin: slots of the scripts that interpreters read from stdin.
        recipes: slots of the scripts that a tool reads by itself, by tool and file name.
        grounds: compiled places by home folder, kept by `interposer.places`.
        classes: classes of names that were asked before.
        ci_variables: variables that a CI runner declares.
    """

    names: Mapping[str, NameList] = field(default_factory=dict)
    indexes: NameList = _EMPTY
    idioms: Mapping[str, str] = field(default_factory=dict)
    evals: NameList = _EMPTY
    places: tuple[tuple[str, tuple[str, ...]], ...] = ()
    ci_variables: frozenset[str] = frozenset()
    stdin: Mapping[str, str] = field(default_factory=dict)
    recipes: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    classes: dict[str, str] = field(default_factory=dict, compare=False, repr=False)
    grounds: dict[str, Any] = field(default_factory=dict, compare=False, repr=False)

    def stdin_language(self, name: str) -> str:
        """The slot (`code:python`) of what `name` reads as its script from stdin, "" where it reads none."""
        if name in self.stdin:
            return self.stdin[name]
        return next((slot for one, slot in self.stdin.items() if "*" in one and name_pattern(one).fullmatch(name)), "")

    def has(self, name: str, value: str) -> bool:
        """Whether list `name` holds `value`; an unknown list holds nothing."""
        return value in self.names.get(name, _EMPTY)


def load_lists(path: Path) -> Lists:
    """Read `path`.

    Raises:
        RuleError: the file is missing, malformed or lacks a table.
    """
    try:
        table = tomllib.loads(path.read_text("utf-8"))
        return Lists(
            names={name: name_list(values) for name, values in table["names"].items()},
            indexes=name_list(table["indexes"]["hosts"]),
            idioms=dict(table["idioms"]),
            evals=name_list(table["eval-idioms"]["commands"]),
            places=tuple((place, tuple(patterns)) for place, patterns in table["places"].items()),
            ci_variables=frozenset(table["ci-variables"]["names"]),
            stdin=dict(table["stdin"]),
            recipes=dict(table.get("recipes", {})),
        )
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, KeyError, AttributeError, TypeError) as error:
        raise RuleError(f"lists file `{path.name}` cannot be read: {error}", code="IP-41") from error
