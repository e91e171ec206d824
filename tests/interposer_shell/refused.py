"""How a text is refused."""

from interposer_shell.reader import read
from interposer_shell.refusal import ShellSyntaxError


def code_of(text: str) -> str | None:
    """The code of the refusal, None for a text that is read."""
    try:
        read(text)
    except ShellSyntaxError as refusal:
        return refusal.code
    return None
