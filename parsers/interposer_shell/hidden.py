"""Text that becomes code only when a variable is used: refused where something uses variables so.

Arithmetic evaluates subscripts in values, `${!x}` and `test -v` the names that values spell, prompts everything.
"""

import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from interposer_shell.reading import Command
from interposer_shell.variables import Variables

if TYPE_CHECKING:
    from interposer_shell.word import Word

_ANY_CODE = re.compile(r"\$[({\[]|`")
_SUBSCRIPT_CODE = re.compile(r"\[[^\n]*?(?:\$[({\[]|`)")


def hides_text(commands: Iterable[Command], variables: Variables, *, prompted: bool) -> bool:
    """Whether a static text that could reach a variable would run something there; `prompted`: as a prompt."""
    pattern = _ANY_CODE if prompted else _SUBSCRIPT_CODE
    return any(pattern.search(text) for text in _static_texts(commands, variables))


def _static_texts(commands: Iterable[Command], variables: Variables) -> Iterator[str]:
    """All static text that could reach a variable."""
    words: list[Word] = []
    for settings in variables.settings.values():
        for setting in settings:
            words += setting.texts if setting.word is None else (setting.word, *setting.texts)
    for command in commands:
        words += command.words
        words += [one.value for one in command.assignments if one.value is not None]
        words += [one.body for one in command.redirects + command.inherits if one.body is not None]
    for word in words:
        yield from (part for part in word.parts if isinstance(part, str))
