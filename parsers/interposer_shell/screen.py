"""What is refused by its characters alone, before anything is read."""

import re
import unicodedata
from typing import Final

from interposer_shell.refusal import refuse

MAX_LENGTH: Final = 200_000
"""Characters; a longer text belongs in a file."""

_PRINTABLE = re.compile(r"[\t\n\x20-\x7e]*")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
_SURROGATE = re.compile(r"[\ud800-\udfff]")
_OTHER = re.compile(r"[^\t\n\x20-\x7e]")


def screen(text: str) -> None:
    """Refuse a text that is too large, or holds a character that shells or people read differently."""
    if len(text) > MAX_LENGTH:
        refuse("too-large", 0, len(text), detail=f"{len(text)} characters, {MAX_LENGTH} are read")
    if _PRINTABLE.fullmatch(text):
        return
    if match := _CONTROL.search(text):
        refuse(
            "control-character", *match.span(), detail=f"U+{ord(match[0]):04X}", hint="write it as an escape in $'..'"
        )
    if match := _SURROGATE.search(text):
        refuse("not-utf8", *match.span())
    for match in _OTHER.finditer(text):
        if unicodedata.category(match[0]) in {"Zs", "Zl", "Zp", "Cf", "Cc"}:
            refuse("unicode-space", *match.span(), detail=f"U+{ord(match[0]):04X}", hint="write an ASCII blank")
