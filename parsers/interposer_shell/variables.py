"""What the text itself says of its variables: which assignment a use surely sees.

A use sees an assignment where the assignment stands earlier in a list that the use stands in (at any depth), and
nothing that could assign again runs between them: `Variables.seen` says when that is sure.
"""

from typing import Final, NamedTuple

from interposer_shell.word import Word

_MAX_SETTINGS = 100  # of one variable; one that is set more often is not followed

ANY = "*"
"""The name of whatever an unread text (`source file`, `eval "$x"`) may assign."""


POSITIONAL: Final = "@"
"""The name under which the arguments that `set --` gives are kept, as the items of an array."""


class Spot(NamedTuple):
    """Where in the text something stands.

    Attributes:
        order: running number in the order of evaluation.
        blocks: ids of the lists around it, outermost first; the last is its own.
        loops: ids of the loops around it.
        function: the function whose body it stands in.
    """

    order: int
    blocks: tuple[int, ...]
    loops: tuple[int, ...]
    function: str


class Setting(NamedTuple):
    """One place that may set a variable.

    Attributes:
        word: the value; None where it is not known.
        commands: whose output goes into it.
        items: all items of an array assigned as a whole.
        texts: words that may become (part of) the value.
    """

    spot: Spot
    word: Word | None
    commands: tuple[int, ...] = ()
    items: tuple[Word, ...] | None = None
    texts: tuple[Word, ...] = ()


class Variables:
    """All settings of all variables (and functions, named `name()`) of a text."""

    __slots__ = ("settings",)

    def __init__(self) -> None:
        self.settings: dict[str, list[Setting]] = {}

    def add(self, name: str, setting: Setting) -> None:
        """Remember one more setting."""
        self.settings.setdefault(name, []).append(setting)

    def touched(self, name: str, use: Spot) -> bool:
        """Whether the text may set `name` before `use` runs."""
        return name in self.settings or any(_could_precede(one.spot, use) for one in self.settings.get(ANY, ()))

    def commands(self, name: str) -> tuple[int, ...]:
        """The commands whose output any setting of `name` takes in."""
        found = {index for setting in self.settings.get(name, ()) for index in setting.commands}
        return tuple(sorted(found))

    def seen(self, name: str, use: Spot) -> Setting | None:
        """The one setting that `use` surely sees, or None."""
        settings = self.settings.get(name)
        if not settings or len(settings) > _MAX_SETTINGS:
            return None
        best: Setting | None = None
        for setting in settings:
            spot = setting.spot
            if spot.order < use.order and spot.blocks[-1] in use.blocks:
                best = setting
        if best is None:
            return None
        others = settings + self.settings.get(ANY, [])
        if any(one is not best and _interferes(one.spot, best.spot, use) for one in others):
            return None
        return best


def _could_precede(spot: Spot, use: Spot) -> bool:
    return spot.order < use.order or bool(spot.function) or bool(use.function) or bool(set(spot.loops) & set(use.loops))


def _interferes(other: Spot, seen: Spot, use: Spot) -> bool:
    """Whether `other` could run after `seen` and before `use`."""
    if other.function != use.function and other.function:
        return True
    if use.function and seen.function != use.function:
        return True
    if other.function != use.function:
        return False
    if seen.order < other.order < use.order:
        return True
    return other.order > use.order and not set(other.loops) & set(use.loops) <= set(seen.loops)
