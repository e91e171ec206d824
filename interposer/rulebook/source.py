"""A rule file's text with the places in it, so that an error names file and line."""

import hashlib
import re
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from interposer.errors import RuleError

_LINE = re.compile(r"\s*\(at line (\d+), column \d+\)$")


@dataclass(frozen=True, slots=True)
class Source:
    """One file: its text and what TOML makes of it."""

    path: Path
    text: str
    digest: str
    table: dict[str, Any]

    def error(self, message: str, *at: str, code: str, hint: str = "") -> RuleError:
        """The error `message` at the key path `at`, for example `("sub", "push", "options", "--force")`."""
        return RuleError(f"{self.path.name}:{self.line(*at)}: {message}", code=code, hint=hint)

    def line(self, *at: str) -> int:
        """The 1-based line of a key path, or of the nearest table around it that is written out."""
        if not at:
            return 1
        lines = self.text.splitlines()
        for length in range(len(at), -1, -1):
            begin = _header(lines, at[:length])
            if begin < 0:
                continue
            if length == len(at):
                return begin + 1
            for number in range(begin, len(lines)):
                if number > begin and lines[number].lstrip().startswith("[") and length:
                    break
                if _assigns(lines[number], at[length]):
                    return number + 1
            if length:
                return begin + 1
        return 1


def _header(lines: list[str], path: tuple[str, ...]) -> int:
    """The index of the line `[a.b]` or `[[a]]`, 0 for the empty path, -1 where there is none."""
    if not path:
        return 0
    for number, line in enumerate(lines):
        if line.startswith("[") and _keys(line.strip().split("#")[0].strip().strip("[]")) == path:
            return number
    return -1


def _keys(dotted: str) -> tuple[str, ...]:
    """The keys of a dotted TOML key."""
    return tuple(
        bare or double.encode().decode("unicode_escape") or single
        for double, single, bare in re.findall(r'"((?:[^"\\]|\\.)*)"|\'([^\']*)\'|([\w-]+)', dotted)
    )


def _assigns(line: str, key: str) -> bool:
    """Whether `line` gives `key` a value."""
    found = re.match(r"""\s*("(?:[^"\\]|\\.)*"|'[^']*'|[\w.-]+)\s*[=.]""", line)
    return found is not None and key in {found[1], *_keys(found[1])}


def read_source(path: Path) -> Source:
    """Read and parse the file at `path`.

    Raises:
        RuleError: IP-40 it cannot be read, IP-41 it is not TOML (a duplicate key included), IP-46 it is empty.
    """
    try:
        data = path.read_bytes()
        text = data.decode("utf-8")
        table = tomllib.loads(text)
    except OSError as error:
        raise RuleError(f"{path.name}: cannot be read: {error.strerror}", code="IP-40") from error
    except UnicodeDecodeError as error:
        raise RuleError(f"{path.name}: not UTF-8 at byte {error.start}", code="IP-41") from error
    except tomllib.TOMLDecodeError as error:
        place = _LINE.search(str(error))
        line = place[1] if place else str(text.count("\n") + 1)
        message = _LINE.sub("", str(error)).lower()
        raise RuleError(f"{path.name}:{line}: not TOML: {message}", code="IP-41") from error
    if not table:
        raise RuleError(f"{path.name}: empty rule file", code="IP-46")
    return Source(path, text, hashlib.sha256(data).hexdigest(), table)
