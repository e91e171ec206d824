"""Words: what a shell makes of one argument, as far as that is known without running anything."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

Why = Literal["env", "computed", "glob", "loop", "positional", "special", "user"]
"""Why a piece of a word is not static.

env         a variable that the text does not set (`$HOME`, `~` too: its name is HOME)
computed    a substitution, `read`, arithmetic, an indirect or transformed variable, a variable set more than once
glob        a pathname pattern: it matches no `/` and stays in its folder
loop        the variable of a `for` or `select`
positional  `$1`, `$@`, `$*`
special     `$?`, `$$`, `$!`, `$#`, `$-`, `$_`, `$RANDOM`, `$SECONDS`, ...: never text that an outsider chose
user        `~name`: the home folder of another user
"""


@dataclass(frozen=True, slots=True)
class Unknown:
    """A piece of a word whose text is not static.

    Attributes:
        why: the reason, one of `Why`.
        text: the source text of the piece, as written.
        name: the variable's name (env, loop, positional, special), the user's name (user), else "".
        many: it may become no word or several words (unquoted expansion, `"$@"`, a glob that matches more).
        values: the texts that it can have, where all of them are known (a loop over static words).
        commands: indices into `Reading.commands` of the commands whose output it is (substitution, a variable
            assigned from one, `read` in a loop that a pipe feeds).
        default: what stands here where the variable is unset (`${name:-default}`); None for none.
    """

    why: Why
    text: str
    name: str = ""
    many: bool = False
    values: tuple["Word", ...] = ()
    commands: tuple[int, ...] = ()
    default: "Word | None" = None


@dataclass(frozen=True, slots=True)
class Word:
    """One argument: static text and unknown pieces in order; empty parts are the empty argument.

    Bytes of an argv that are not UTF-8 stand as surrogate escapes (PEP 383), so that nothing is lost.

    Attributes:
        parts: the pieces; two static pieces never stand side by side.
        span: start and end offset in the text (script) or `(index, index + 1)` in an argv.
        many: the word as a whole may become no word or several.
    """

    parts: tuple[str | Unknown, ...]
    span: tuple[int, int] = (0, 0)
    many: bool = False

    @property
    def text(self) -> str | None:
        """The whole text where it is static, else None."""
        match self.parts:
            case ():
                return ""
            case (str() as only,):
                return only
            case _:
                return None

    @property
    def head(self) -> str:
        """The static text at the beginning, "" where the word begins with something unknown."""
        return self.parts[0] if self.parts and isinstance(self.parts[0], str) else ""

    @property
    def unknowns(self) -> tuple[Unknown, ...]:
        """The unknown pieces in order."""
        return tuple(part for part in self.parts if isinstance(part, Unknown))

    @property
    def source(self) -> str:
        """A readable rendering: static text as it is, unknown pieces by their source text."""
        return "".join(part if isinstance(part, str) else part.text for part in self.parts)

    def drop(self, count: int) -> "Word":
        """The word without its first `count` static characters; they must be static."""
        first = self.parts[0]
        if not isinstance(first, str) or len(first) < count:
            raise ValueError(f"the first {count} characters are not static")
        rest = first[count:]
        return Word(((rest,) if rest else ()) + self.parts[1:], self.span, self.many)


def literal(text: str, span: tuple[int, int] = (0, 0)) -> Word:
    """The static word `text`."""
    return Word((text,) if text else (), span)


def merged(parts: Iterable[str | Unknown]) -> tuple[str | Unknown, ...]:
    """The parts with static pieces joined, as `Word.parts` wants them."""
    out: list[str | Unknown] = []
    for part in parts:
        if isinstance(part, str) and out and isinstance(out[-1], str):
            out[-1] += part
        elif part != "":
            out.append(part)
    return tuple(out)
