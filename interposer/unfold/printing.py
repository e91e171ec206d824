"""What echo and printf print (bash manual, 4.2: echo, printf), as far as their arguments are known."""

import re
from collections.abc import Iterator

_ESCAPE = re.compile(
    r"\\(?:x(?P<hex>[0-9a-fA-F]{1,2})|u(?P<u>[0-9a-fA-F]{1,4})|U(?P<long>[0-9a-fA-F]{1,8})|(?P<octal>[0-7]{1,4})"
    r"|(?P<char>.))",
    re.DOTALL,
)
_CHARS = {
    "n": "\n", "t": "\t", "r": "\r", "a": "\a", "b": "\b", "e": "\x1b", "E": "\x1b", "f": "\f", "v": "\v", "\\": "\\",
    '"': '"', "'": "'", "?": "?",
}  # fmt: skip
_DIRECTIVE = re.compile(r"%(?P<flags>[-+ #0]*\d*(?:\.\d+)?)(?P<kind>[a-zA-Z%])")
_ROUNDS = 64
_LAST_CHARACTER = 0x10FFFF


def unescaped(text: str) -> str:
    """`text` with the backslash escapes of `echo -e` and `printf` carried out; one that means "stop" ends it."""
    text = text.partition("\\c")[0] if "\\\\" not in text else text
    return _ESCAPE.sub(_character, text) if "\\" in text else text


def _character(found: re.Match[str]) -> str:
    for name, base in (("hex", 16), ("u", 16), ("long", 16), ("octal", 8)):
        digits = found[name]
        if digits:
            number = int(digits, base)
            return chr(number & 0xFF if name == "octal" else min(number, _LAST_CHARACTER))
    return _CHARS.get(found["char"], found.group())


def formatted(template: str, arguments: list[str]) -> str | None:
    """What `printf template arguments` prints, None where a directive is not understood.

    The template is used again until no argument is left; a missing argument is empty or zero.
    """
    left = iter(arguments)
    rounds = max(1, -(-len(arguments) // max(1, _takes(template))))
    if rounds > _ROUNDS:
        return None
    printed: list[str] = []
    for _ in range(rounds):
        one = _once(template, left)
        if one is None:
            return None
        printed.append(one)
        if not _takes(template):
            break
    return "".join(printed)


def _takes(template: str) -> int:
    return sum(found["kind"] != "%" for found in _DIRECTIVE.finditer(template))


def _once(template: str, left: Iterator[str]) -> str | None:
    pieces, end = [], 0
    for found in _DIRECTIVE.finditer(template):
        pieces.append(unescaped(template[end : found.start()]))
        end = found.end()
        if found["kind"] == "%":
            pieces.append("%")
            continue
        shown = _shown(found["flags"], found["kind"], next(left, ""))
        if shown is None:
            return None
        pieces.append(shown)
    rest = template[end:]
    return None if "%" in rest else "".join([*pieces, unescaped(rest)])


def _shown(flags: str, kind: str, value: str) -> str | None:
    match kind:
        case "s" | "b" | "c" | "q":
            text = unescaped(value) if kind == "b" else value[:1] if kind == "c" else value
            return f"%{flags.replace('0', '', 1) if flags.startswith('0') else flags}s" % text
        case "d" | "i" | "u" | "x" | "X" | "o":
            try:
                return f"%{flags}{kind}" % int(value or "0", 0)
            except ValueError:
                return None
        case _:
            return None
