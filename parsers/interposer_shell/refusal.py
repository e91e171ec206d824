"""The one error that leaves this package, and the closed table of its causes."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, NoReturn

REFUSALS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "alias": "an alias could change how the following lines are read",
        "bad-substitution": "a parameter expansion that bash would reject or that has no fixed reading",
        "control-character": "a control character other than tab and newline",
        "continuation": "a line continuation in a place where shells differ",
        "crosscheck": "the second reader sees other commands than the first",
        "descriptor-twice": "bash expands the word behind `>&` twice",
        "dialect": "a construct that the target shell and bash read differently",
        "extended-pattern": "whether this is a pattern or a subshell depends on an option",
        "here-document": "a here-document whose end or surroundings bash reads in a way of its own",
        "hidden-code": "a text assigned here could be evaluated as code by arithmetic or indirection",
        "not-utf8": "bytes that are not UTF-8",
        "option": "an option that changes how the shell reads the rest",
        "quote-in-expansion": "a quote inside a quoted expansion that has two readings",
        "rebinding": "a command name is bound to another program or library",
        "syntax": "bash would reject this",
        "too-deep": "nested too deeply",
        "too-large": "the text is too large",
        "unicode-space": "an invisible or space character outside ASCII",
        "unsettled": "evaluated texts keep changing the meaning of each other",
        "unterminated": "a quote, bracket or compound command is not closed",
    }
)
"""Every code that a refusal can carry, with its cause in one line."""


class ShellSyntaxError(Exception):
    """A text that is not read: bash rejects it, or its reading could differ from bash's.

    A refused text is not harmless: bash runs the lines before a syntax error.

    Attributes:
        code: a stable slug out of `REFUSALS`.
        span: start and end offset of the offending place.
        hint: what to write instead, "" where nothing can be said.
    """

    def __init__(self, code: str, message: str, span: tuple[int, int] = (0, 0), hint: str = "") -> None:
        super().__init__(message)
        self.code = code
        self.span = span
        self.hint = hint


def refuse(code: str, start: int = 0, end: int | None = None, *, detail: str = "", hint: str = "") -> NoReturn:
    """Raise the refusal `code` with its cause from the table, and `detail` behind it."""
    cause = REFUSALS[code]
    raise ShellSyntaxError(
        code, f"{cause}: {detail}" if detail else cause, (start, start if end is None else end), hint
    )
