"""What `${x#pattern}` and `${x%pattern}` leave of a value, where that can be said without running anything."""

from interposer_shell.tree import Bare, RawWord
from interposer_shell.word import Unknown, Word

_MAGIC = frozenset("*?[")


def trim(value: Word, operator: str, operand: RawWord) -> Word | None:
    """The value without the prefix (`#`, `##`) or suffix (`%`, `%%`) that matches; None where that is not known.

    A glob in the value is taken as bash takes it: it matches no `/`. Other unknown pieces may hold anything.
    """
    pieces = [piece for piece in operand.pieces if isinstance(piece, str | Bare)]
    if len(pieces) < len(operand.pieces):
        return None
    pattern = "".join(piece.text if isinstance(piece, Bare) else piece for piece in pieces)
    magic = any(isinstance(piece, Bare) and _MAGIC & set(piece.text) for piece in pieces)
    if "\\" in pattern:
        return None
    if not magic:
        return _trim_text(value, operator, pattern)
    if pattern == "*/" and operator == "##":
        return _base_name(value)
    if pattern == "/*" and operator == "%":
        return _folder(value)
    if pattern == ".*" and operator == "%":
        return _stem(value)
    return None


def _static(text: str, value: Word) -> Word:
    return Word((text,) if text else (), value.span, value.many)


def _trim_text(value: Word, operator: str, pattern: str) -> Word | None:
    text = value.text
    if text is not None:
        return _static(text.removeprefix(pattern) if operator[0] == "#" else text.removesuffix(pattern), value)
    edge = value.parts[0] if operator[0] == "#" else value.parts[-1]
    if not isinstance(edge, str):
        return None
    if operator[0] == "#":
        if not edge.startswith(pattern):
            return value if not pattern.startswith(edge) else None
        rest = edge[len(pattern) :]
        return Word(((rest,) if rest else ()) + value.parts[1:], value.span, value.many)
    if not edge.endswith(pattern):
        return value if not pattern.endswith(edge) else None
    rest = edge[: len(edge) - len(pattern)]
    return Word(value.parts[:-1] + ((rest,) if rest else ()), value.span, value.many)


def _without_slash(part: str | Unknown) -> bool:
    return "/" not in part if isinstance(part, str) else part.why == "glob"


def _base_name(value: Word) -> Word | None:
    """`${x##*/}`: everything behind the last slash."""
    kept: list[str | Unknown] = []
    for part in reversed(value.parts):
        if _without_slash(part):
            kept.append(part)
        elif isinstance(part, str):
            tail = part.rpartition("/")[2]
            kept += [tail] if tail else []
            break
        else:
            return None
    return Word(tuple(reversed(kept)), value.span, value.many)


def _folder(value: Word) -> Word | None:
    """`${x%/*}`: everything before the last slash, the whole where there is none."""
    for place in range(len(value.parts) - 1, -1, -1):
        part = value.parts[place]
        if _without_slash(part):
            continue
        if not isinstance(part, str):
            return None
        head = part.rpartition("/")[0]
        return Word(value.parts[:place] + ((head,) if head else ()), value.span, value.many)
    return value


def _stem(value: Word) -> Word | None:
    """`${x%.*}`: everything before the last dot, where that dot is known."""
    last = value.parts[-1] if value.parts else ""
    if not isinstance(last, str):
        return None
    head, dot, _ = last.rpartition(".")
    if not dot:
        return value if len(value.parts) <= 1 else None
    return Word(value.parts[:-1] + ((head,) if head else ()), value.span, value.many)
