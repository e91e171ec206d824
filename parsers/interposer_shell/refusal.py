"""The one error that leaves this package."""


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
