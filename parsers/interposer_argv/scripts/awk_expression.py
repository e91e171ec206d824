"""What is known of an awk expression without running it: literals, concatenations, variables that hold a literal."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from interposer_argv.scripts.awk_tokens import Token, tokens
from interposer_argv.scripts.tape import Tape, joined
from interposer_shell.word import Unknown, Word

_DEPTH: Final = 40
_PARTS: Final = 20
_LENGTH: Final = 2000
_STARTS: Final = frozenset({"{", ";", "\n", "}"})
_SETS: Final = frozenset({"=", "+=", "-=", "*=", "/=", "%=", "^=", "**=", "++", "--"})
_BUILTINS: Final = frozenset({"sprintf", "substr", "tolower", "toupper", "system"})
_FILLS: Final = frozenset({"sub", "gsub", "split", "patsplit", "match", "asort", "asorti", "getline"})


@dataclass(frozen=True, slots=True)
class Binding:
    """The one assignment of a variable: its value's tokens and the reach in which it holds."""

    first: int
    stop: int
    until: int


Bindings = Mapping[str, Binding]


@dataclass(frozen=True, slots=True)
class Program:
    """An awk program: its text, its tokens and its known variables."""

    script: Tape
    stream: list[Token]
    names: Bindings
    known: dict[int, tuple[str | Unknown, ...]] = field(default_factory=dict)


def program(script: Tape) -> Program:
    """`script` ready to be walked."""
    stream = tokens(script)
    return Program(script, stream, _bind(stream))


def _bind(stream: list[Token]) -> Bindings:
    """The variables that are assigned exactly once, as a statement of their own.

    Such a variable is known from there to the end of the block: elsewhere `-v` or an operand `name=value` could have
    set it.
    """
    blocks = _blocks(stream)
    result: dict[str, Binding] = {}
    spoiled: set[str] = set()
    for place, token in enumerate(stream):
        if token.kind != "name":
            continue
        if _is_set(stream, place):
            if token.text in result or not _is_statement(stream, place):
                spoiled.add(token.text)
            else:
                result[token.text] = Binding(place + 2, _statement_end(stream, place + 2), blocks[place])
        elif token.text in {"for", "function", "func"} or token.text in _FILLS:
            spoiled.update(_filled(stream, place))
    return {name: value for name, value in result.items() if name not in spoiled}


def evaluate(awk: Program, start: int, stop: int, depth: int = 0) -> Word:
    """The value of the expression in tokens `start` to `stop`; parts that are not literals are Unknown."""
    parts: list[str | Unknown] = []
    at = start
    while at < stop:
        token = awk.stream[at]
        end = min(behind_operand(awk.stream, at), stop)
        if token.kind in {"string", "number", "opaque"}:
            parts.extend(awk.script.word(token.text).parts)
        elif token.kind == "op" and token.text == "(" and depth < _DEPTH:
            parts.extend(evaluate(awk, at + 1, end - 1, depth + 1).parts)
        elif token.kind == "op" and token.text == "$":
            parts.append(_unknown(awk, at, end))
        elif token.kind == "name":
            parts.extend(_named(awk, at, end, depth))
        elif token.kind != "op" or token.text != "\n":
            return Word((_unknown(awk, start, stop),), awk.script.span)
        at = max(end, at + 1)
    return Word(joined(parts), awk.script.span)


def behind_operand(stream: list[Token], place: int) -> int:
    """Behind the single operand at `place`: a literal, a group, a name with its subscript or arguments, `$` and one."""
    at = place
    while stream[at].kind == "op" and stream[at].text in {"$", "-", "+", "!", "++", "--"}:
        at += 1
    follower = stream[at + 1] if stream[at].kind == "name" else stream[at]
    if follower.kind == "op" and follower.text in {"(", "["} and _is_call(stream, at):
        return follower.mate + 1 if follower.mate > at else stream[at].mate + 1
    return at if stream[at].kind == "end" else at + 1


def _is_call(stream: list[Token], at: int) -> bool:
    """Whether the bracket at or behind `at` belongs to the operand: a blank parts a variable from a group."""
    if stream[at].kind != "name" or stream[at + 1].text == "[":
        return True
    return stream[at].text in _BUILTINS or stream[at].stop == stream[at + 1].start


def _named(awk: Program, at: int, end: int, depth: int) -> tuple[str | Unknown, ...]:
    """A variable, an array element or a call."""
    name = awk.stream[at].text
    held = awk.names.get(name)
    argument = awk.stream[at + 2] if end > at + 2 else awk.stream[-1]
    if end == at + 1 and held is not None and held.stop <= at < held.until and depth < _DEPTH:
        return _held(awk, held, depth)
    if name == "ENVIRON" and end == at + 4 and argument.kind == "string":
        return (Unknown("env", _source(awk, at, end), argument.text),)
    if name == "sprintf" and argument.kind == "string":
        return _formatted(awk, argument.text, _unknown(awk, at, end))
    return (_unknown(awk, at, end),)


def _held(awk: Program, held: Binding, depth: int) -> tuple[str | Unknown, ...]:
    """The value of a variable, computed once; a long one counts as unknown, so that doubling stays bounded."""
    if held.first not in awk.known:
        parts = evaluate(awk, held.first, held.stop, depth + 1).parts
        short = len(parts) <= _PARTS and sum(len(part) for part in parts if isinstance(part, str)) <= _LENGTH
        awk.known[held.first] = parts if short else (_unknown(awk, held.first, held.stop),)
    return awk.known[held.first]


def _formatted(awk: Program, form: str, value: Unknown) -> tuple[str | Unknown, ...]:
    """`sprintf` with a literal format: its text, with an unknown piece for each directive."""
    pieces = form.split("%")
    parts: list[str | Unknown] = [*awk.script.word(pieces[0]).parts]
    literal = False
    for piece in pieces[1:]:
        if literal or not piece:
            parts.extend(("%",) if not literal else awk.script.word(piece).parts)
            literal = not literal
        else:
            parts.append(value)
            parts.extend(awk.script.word(piece.lstrip("-+ #0123456789.*$")[1:]).parts)
    return joined(parts)


def _unknown(awk: Program, start: int, stop: int) -> Unknown:
    """An unknown piece for the tokens."""
    return Unknown("computed", _source(awk, start, stop))


def _source(awk: Program, start: int, stop: int) -> str:
    """The tokens as written."""
    if stop <= start:
        return ""
    return awk.script.source(awk.script.text[awk.stream[start].start : awk.stream[stop - 1].stop])


def _blocks(stream: list[Token]) -> list[int]:
    """For each token the index at which its innermost block ends."""
    result: list[int] = []
    ends = [len(stream)]
    for token in stream:
        if token.kind == "op" and token.text == "{":
            ends.append(token.mate)
        elif token.kind == "op" and token.text == "}" and len(ends) > 1:
            ends.pop()
        result.append(ends[-1])
    return result


def _is_set(stream: list[Token], place: int) -> bool:
    """Whether the name at `place` is assigned, counted up or down."""
    follower = stream[place + 1]
    if follower.kind == "op" and follower.text in _SETS:
        return True
    return place > 0 and stream[place - 1].kind == "op" and stream[place - 1].text in {"++", "--"}


def _is_statement(stream: list[Token], place: int) -> bool:
    """Whether a plain assignment stands at `place` as a statement that always runs when its block does."""
    if stream[place + 1].text != "=" or not place or stream[place - 1].kind != "op":
        return False
    at = place - 1
    while at > 0 and stream[at].kind == "op" and stream[at].text == "\n":
        at -= 1
    if stream[at].kind == "op" and stream[at].head:
        return False
    if stream[at].kind == "name" and stream[at].text in {"else", "do"}:
        return False
    return stream[place - 1].text in _STARTS


def _statement_end(stream: list[Token], place: int) -> int:
    """Behind the statement that `place` stands in."""
    at = place
    while stream[at].kind != "end" and not (stream[at].kind == "op" and stream[at].text in {";", "\n", "}"}):
        at = stream[at].mate + 1 if stream[at].kind == "op" and stream[at].text in {"(", "[", "{"} else at + 1
    return at


def _filled(stream: list[Token], place: int) -> set[str]:
    """Names that `for (NAME in`, parameters of a function, `getline NAME` or `sub(.., NAME)` may set."""
    if stream[place].text == "getline":
        return {stream[place + 1].text} if stream[place + 1].kind == "name" else set()
    at = place + 1
    if stream[at].kind == "name":
        at += 1
    if stream[at].text != "(" or stream[at].kind != "op":
        return set()
    return {token.text for token in stream[at : stream[at].mate] if token.kind == "name"}
