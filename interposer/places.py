"""Where a path lies: the places of DESIGN section 5, resolved lexically and physically; the worse counts."""

import posixpath
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import get_args

from interposer.effects import Place
from interposer.lists import Lists, PathPatterns

_WORST: tuple[Place, ...] = (
    "interposer", "key", "startup", "agent", "device", "root", "git-internals", "secret", "bin", "system", "home",
    "outside", "unknown", "env-file", "project", "ci", "temp", "null", "",
)  # fmt: skip
_SYSTEM = (
    "/etc", "/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32", "/boot", "/var", "/opt", "/proc", "/sys",
    "/dev", "/run", "/srv", "/System", "/Library", "/private/etc", "/nix",
)  # fmt: skip
_PLACES = frozenset(get_args(Place))
_HOMES = re.compile(r"/(?:home|Users)/[^/]+|/root")


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a path lies.

    Attributes:
        place: the place.
        whole: the path is the whole of it (the project itself, home itself, `/`).
        path: the path, absolute and normal.
    """

    place: Place
    whole: bool = False
    path: str = ""


@dataclass(frozen=True, slots=True)
class Terrain:
    """What decides places: the session's pinned folders and the lists.

    Attributes:
        physical: the physical path of a lexical one ("" where nothing is known).
        known: listed places of paths that were asked for before; shared by all terrains of one home.
    """

    project: str
    home: str
    temp: tuple[str, ...]
    patterns: tuple[tuple[Place, PathPatterns], ...]
    samples: tuple[tuple[str, Place], ...]
    physical: Callable[[str], str]
    known: dict[str, Place | None] = field(default_factory=dict, compare=False, repr=False)

    def samples_under(self, pattern: str) -> Iterator[tuple[str, Place]]:
        """Sensitive paths of the lists that the pathname pattern `pattern` matches."""
        if not any(char in pattern for char in "*?["):
            return
        depth, start = pattern.count("/"), pattern.partition("*")[0].partition("?")[0].partition("[")[0]
        for sample, place in self.samples:
            if sample.count("/") == depth and sample.startswith(start) and fnmatchcase(sample, pattern):
                hidden = sample.rpartition("/")[2].startswith(".") and pattern.rpartition("/")[2].startswith("*")
                if not hidden:
                    yield sample, place

    def holds_secrets(self, folder: str) -> bool:
        """Whether a listed secret store lies in `folder`."""
        return any(place == "secret" and within(sample, folder) for sample, place in self.samples)

    def secrets_below(self, folder: str, name: str) -> Iterator[str]:
        """Listed secrets in `folder` or below it whose own name the pathname pattern `name` matches."""
        for sample, place in self.samples:
            if place == "secret" and within(sample, folder) and fnmatchcase(posixpath.basename(sample), name):
                yield sample

    def spot(self, path: str, cwd: str) -> Spot:
        """Where `path`, seen from `cwd`, lies."""
        lexical = posixpath.normpath(posixpath.join(cwd, path)) if path not in {"-", "NUL", "nul"} else path
        if lexical.startswith("//"):
            lexical = lexical[1:]
        first = self._of(lexical)
        real = self.physical(lexical)
        if not real or real == lexical:
            return first
        second = self._of(real)
        return worse(first, second)

    def _at_home(self, path: str) -> Spot:
        """Home itself and its hidden files and folders are `home`; the rest belongs to some other work: `outside`."""
        found = _HOMES.match(path)
        base = self.home if within(path, self.home) else found.group() if found else self.home
        names = path[len(base) :].strip("/").split("/")
        return Spot("home" if names[0].startswith(".") or path == base else "outside", whole=path == base, path=path)

    def _listed(self, path: str) -> Place | None:
        """The first place whose patterns `path` matches."""
        if path in self.known:
            return self.known[path]
        if len(self.known) >= _KNOWN_MAX:
            self.known.clear()
        found = next((place for place, pattern in self.patterns if pattern.match(path)), None)
        self.known[path] = found
        return found

    def _of(self, path: str) -> Spot:
        if path == "/":
            return Spot("root", whole=True, path=path)
        if path == self.home:
            return Spot("home", whole=True, path=path)
        listed = self._listed(path)
        if listed is not None:
            return Spot(listed, path=path)
        if within(path, self.project):
            whole = path == self.project
            return Spot("git-internals" if path == self.project + "/.git" else "project", whole=whole, path=path)
        if any(within(path, folder) for folder in self.temp):
            return Spot("temp", whole=path in self.temp, path=path)
        if within(path, self.home) or _HOMES.match(path):
            return self._at_home(path)
        if any(within(path, folder) for folder in _SYSTEM):
            return Spot("system", whole=path in _SYSTEM, path=path)
        return Spot("outside", whole=posixpath.dirname(path) == "/", path=path)


def worse(one: Spot, other: Spot) -> Spot:
    """The one of two places for the same path that counts."""
    return min(one, other, key=lambda spot: (_WORST.index(spot.place), not spot.whole))


def _samples(places: tuple[tuple[str, tuple[str, ...]], ...], home: str) -> tuple[tuple[str, Place], ...]:
    return tuple(
        (re_home(text, home).replace("/**", "/x").replace("*", piece), _as_place(name))
        for name, texts in places
        if name in {"interposer", "key", "startup", "agent", "secret", "device"}
        for text in texts
        if not text.startswith("**/")
        for piece in (("x", "rsa", "ed25519") if "/id_*" in text else ("x",))
    )


def within(path: str, folder: str) -> bool:
    """Whether `path` is `folder` or lies below it."""
    return bool(folder) and (path == folder or path.startswith(folder.rstrip("/") + "/"))


def _compiled(places: tuple[tuple[str, tuple[str, ...]], ...], home: str) -> tuple[tuple[Place, PathPatterns], ...]:
    return tuple(
        (place, PathPatterns([re_home(text, home) for text in texts]))
        for name, texts in places
        if (place := _as_place(name))
    )


def re_home(pattern: str, home: str) -> str:
    """`pattern` with `~` as `home`."""
    return home + pattern[1:] if pattern.startswith("~") else pattern


def _as_place(name: str) -> Place:
    if name not in _PLACES:
        raise ValueError(f"`{name}` is no place")
    return name  # type: ignore[return-value]  # membership was checked against the literal itself


def terrain(lists: Lists, project: str, home: str, temp: tuple[str, ...], physical: Callable[[str], str]) -> Terrain:
    """The terrain of a session."""
    known = lists.grounds.get(home)
    if known is None:
        known = lists.grounds[home] = (_compiled(lists.places, home), _samples(lists.places, home), {})
    patterns, samples, listed = known
    return Terrain(project, home, temp, patterns, samples, physical, listed)


_KNOWN_MAX = 4096
