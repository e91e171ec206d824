"""Names and places that policy trusts: `rules/lists.toml`, compiled for fast lookup."""

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from interposer.errors import RuleError

_GLOB = re.compile(r"\*\*/|/\*\*|\*\*|\*|\?")
_GLOB_TEXT = {"**/": r"(?:.*/)?", "/**": r"(?:/.*)?", "**": r".*", "*": r"[^/]*", "?": r"[^/]"}


def path_expression(pattern: str) -> str:
    """A path pattern as regular expression: `*` is within a folder, `**/` any folder, `/**` a folder and all below."""
    pieces, end = [], 0
    for found in _GLOB.finditer(pattern):
        pieces += [re.escape(pattern[end : found.start()]), _GLOB_TEXT[found.group()]]
        end = found.end()
    return "".join([*pieces, re.escape(pattern[end:])])


class PathPatterns:
    """Path patterns of one place.

    They are compiled when a path first holds the literal part of one of them: all of them together would be a tenth of
    what the cold path may take.
    """

    __slots__ = ("_compiled", "_literals", "_patterns")

    def __init__(self, patterns: Sequence[str]) -> None:
        self._patterns = patterns
        self._literals = [max(_GLOB.split(pattern), key=len) for pattern in patterns]
        self._compiled: re.Pattern[str] | None = None

    def match(self, path: str) -> bool:
        """Whether the whole of `path` matches one of them."""
        if self._compiled is None:
            for literal in self._literals:
                if literal in path:
                    break
            else:
                return False
            self._compiled = re.compile("|".join(map(path_expression, self._patterns)), re.DOTALL)
        return self._compiled.fullmatch(path) is not None


@lru_cache(maxsize=4096)
def name_pattern(pattern: str) -> re.Pattern[str]:
    """Compile a name pattern: `*` matches any text."""
    return re.compile(".*".join(re.escape(piece) for piece in pattern.split("*")), re.DOTALL)


def is_like(pattern: str, name: str) -> bool:
    """Whether `name` matches the name pattern; the usual one star needs nothing compiled."""
    head, _, tail = pattern.partition("*")
    if "*" in tail:
        return name_pattern(pattern).fullmatch(name) is not None
    return len(name) >= len(head) + len(tail) and name.startswith(head) and name.endswith(tail)


@dataclass(frozen=True, slots=True)
class NameList:
    """Exact names and patterns."""

    exact: frozenset[str]
    patterns: tuple[str, ...]

    def __contains__(self, name: str) -> bool:
        """Whether `name` is listed."""
        if name in self.exact:
            return True
        for pattern in self.patterns:  # noqa: SIM110 - a generator costs more than the match here
            if is_like(pattern, name):
                return True
        return False


def name_list(names: list[str]) -> NameList:
    """The compiled list of `names`."""
    return NameList(
        frozenset(name for name in names if "*" not in name),
        tuple(name for name in names if "*" in name),
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
        return next((slot for one, slot in self.stdin.items() if "*" in one and is_like(one, name)), "")

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
