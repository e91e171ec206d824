"""What interposer knows of one tool, compiled from its rule file."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from interposer_argv.grammar import Grammar, Option
from interposer_argv.pattern import matches


@dataclass(frozen=True, slots=True)
class Ambient:
    """Configuration that a tool reads by itself from where it stands.

    Attributes:
        path: relative: looked for at the working directory and above, up to the project root; `~/` is the home folder.
        format: `git-config`, `ini`, `toml`, `npmrc` or another word of `FORMATS`.
        keys: only these keys count for every command of the tool; `*` matches; empty: all keys of [config].
    """

    path: str
    format: str
    note: str = ""
    keys: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Example:
    """A command line and the effects that it must be read to have."""

    line: str
    does: tuple[str, ...]
    note: str = ""


@dataclass(frozen=True, slots=True)
class Named:
    """Options found by an exact name or by a pattern (`alias.*`); the longest pattern that fits wins."""

    exact: Mapping[str, Option] = field(default_factory=dict)
    patterns: tuple[tuple[str, Option], ...] = ()

    def find(self, name: str) -> Option | None:
        """The entry for `name`."""
        found = self.exact.get(name)
        if found is not None or not self.patterns:
            return found
        for pattern, option in self.patterns:
            if matches(pattern, name):
                return option
        return None


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule file.

    Attributes:
        names: other names of the same program; `*` matches any text.
        manual: what the facts were taken from.
        verified: the tool was run, not only read about.
        complete: every documented option is listed.
        env: variables that the tool obeys, in file order; `env_option` looks one up.
        config: keys of its configuration in lower case; `config_option` looks one up.
        spawns: names of the children that are this tool's job; empty: it starts nothing by itself.
        coverage: spellings in the tool's own texts that are no options of it, each with the reason.
        digest: SHA-256 of the file's bytes, in hexadecimal.
    """

    tool: str
    grammar: Grammar
    names: tuple[str, ...] = ()
    summary: str = ""
    manual: str = ""
    verified: bool = False
    complete: bool = False
    env: Sequence[tuple[str, Option]] = ()
    config: Sequence[tuple[str, Option]] = ()
    ambient: tuple[Ambient, ...] = ()
    spawns: tuple[str, ...] = ()
    examples: tuple[Example, ...] = ()
    coverage: tuple[tuple[str, str], ...] = ()
    digest: str = ""
    path: Path = Path()
    env_names: Named = field(default_factory=Named, repr=False)
    config_names: Named = field(default_factory=Named, repr=False)

    def env_option(self, name: str) -> Option | None:
        """What the tool does with the environment variable `name`, None where it means nothing to it."""
        return self.env_names.find(name)

    def config_option(self, key: str) -> Option | None:
        """What the tool does with the configuration key `key` (in any case), None where it is not listed."""
        return self.config_names.find(key.lower())


def named(entries: tuple[tuple[str, Option], ...]) -> Named:
    """The lookup of `entries`; longer patterns go first."""
    patterns = sorted((entry for entry in entries if "*" in entry[0]), key=lambda entry: -len(entry[0]))
    return Named({name: option for name, option in entries if "*" not in name}, tuple(patterns))
