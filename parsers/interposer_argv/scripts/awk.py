"""awk programs (POSIX, gawk, mawk): commands, files and network addresses that a program opens.

Facts: POSIX awk "Grammar" and "Lexical Conventions"; gawk manual 5.2, sections 4.10 (getline), 5.6-5.9 (redirections),
12 (coprocesses, `/inet`), 17 (`@load`). Where awks differ (`"a" "b" | getline`: mawk runs b), each reading is reported.
"""

from typing import Final

from interposer_argv.scripts.awk_expression import Program, behind_operand, evaluate, program
from interposer_argv.scripts.awk_tokens import Token
from interposer_argv.scripts.found import Found, act, found
from interposer_argv.scripts.tape import Tape
from interposer_shell.word import Unknown, Word

_ENDS: Final = frozenset({";", "\n", "}"})
_LEFT_BOUNDS: Final = frozenset(
    {"(", ",", "{", "}", ";", "\n", "=", "+=", "-=", "*=", "/=", "%=", "^=", "**=", "&&", "||", "!", "?", ":", "<",
     "<=", ">", ">=", "==", "!=", "~", "!~", "|", "|&", ">>", "[", "in", "print", "printf", "return", "getline",
     "else", "do", "exit", "case"}
)  # fmt: skip
_RIGHT_BOUNDS: Final = frozenset(
    {";", "\n", "}", ")", "]", ",", "&&", "||", "?", ":", "<", ">", "|", "|&", "in", "~", "!~"}
)
_STANDARD: Final = frozenset({"-", "/dev/stdin", "/dev/stdout", "/dev/stderr", "/dev/tty", "/dev/null"})
_INET: Final = ("/inet/", "/inet4/", "/inet6/")


def read(script: Tape) -> list[Found]:
    """What `script` does."""
    awk = program(script)
    stream = awk.stream
    result: list[Found] = []
    for place, token in enumerate(stream):
        match token.kind, token.text:
            case "name", "system" if _opens(stream, place + 1):
                word = evaluate(awk, place + 2, stream[place + 1].mate)
                result.append(found("shell", word, "awk system()"))
            case "name", "print" | "printf":
                _redirection(awk, place, result)
            case "name", "getline":
                _getline(awk, place, result)
            case "op", "@":
                _at(awk, place, result)
            case "name", "ARGV":
                _argument(awk, place, result)
    computed = any(entry.slot.kind == "shell" and entry.words[0].unknowns for entry in result)
    if computed and any(entry.what == "awk network file" for entry in result):
        result.append(act("escape", "remote-shell", "commands that a network connection chooses"))
    return result


def _opens(stream: list[Token], place: int) -> bool:
    """Whether an opening parenthesis stands at `place`."""
    return stream[place].text == "(" and stream[place].kind == "op"


def _redirection(awk: Program, place: int, result: list[Found]) -> None:
    """`print ... > FILE`, `>> FILE`, `| COMMAND`, `|& COMMAND`; a `>` in parentheses is a comparison."""
    stream = awk.stream
    at = place + 1
    while stream[at].kind != "end":
        token = stream[at]
        if token.kind == "op":
            if token.text in {"(", "[", "{"}:
                at = stream[at].mate
            elif token.text in _ENDS or token.text in {")", "]"}:
                return
            elif token.text in {">", ">>", "|", "|&"} and stream[at + 1].text != "getline":
                stop = _right(stream, at + 1, _ENDS | {")", "]"})
                _opened(token.text, evaluate(awk, at + 1, stop), result)
                at = stop - 1
        at += 1


def _opened(operator: str, word: Word, result: list[Found]) -> None:
    """What a redirection of `print` opens."""
    if _network(word, result):
        return
    match operator:
        case ">" | ">>":
            if word.text not in _STANDARD and not word.head.startswith("/dev/fd/"):
                result.append(found("write", word, f"awk print {operator}"))
        case _:
            result.append(found("shell", word, f"awk print {operator}"))


def _network(word: Word, result: list[Found]) -> bool:
    """`/inet/PROTOCOL/LOCAL-PORT/HOST/PORT` is a network connection, or a listener where host and port are 0."""
    if not word.head.startswith(_INET):
        return False
    fields = word.head.split("/")
    if len(fields) > 5 and fields[4] == "0" and fields[5] == "0":  # noqa: PLR2004 - the fifth field is the port
        result.append(act("listen", "", "awk network file"))
    else:
        skipped = sum(len(part) + 1 for part in fields[:4]) if len(fields) > 4 else 0  # noqa: PLR2004 - likewise
        result.append(found("host", word.drop(skipped), "awk network file"))
    return True


def _getline(awk: Program, place: int, result: list[Found]) -> None:
    """`COMMAND | getline`, `COMMAND |& getline`, `getline < FILE`, `getline NAME < FILE`."""
    stream = awk.stream
    before = stream[place - 1] if place else None
    if before is not None and before.kind == "op" and before.text in {"|", "|&"}:
        _piped(awk, place - 1, before.text, result)
        return
    at = _behind_target(stream, place + 1)
    if stream[at].text != "<" or stream[at].kind != "op":
        return
    for stop in sorted({behind_operand(stream, at + 1), _right(stream, at + 1)}):
        word = evaluate(awk, at + 1, stop)
        if not _network(word, result) and word.text not in _STANDARD:
            result.append(found("read", word, "awk getline <"))


def _piped(awk: Program, stop: int, operator: str, result: list[Found]) -> None:
    """The command of `COMMAND | getline`: gawk takes the whole concatenation, mawk its last operand."""
    words = [evaluate(awk, _left(awk.stream, stop), stop)]
    last = evaluate(awk, _last_operand(awk.stream, stop), stop)
    if last != words[0]:
        words.append(last)
    for word in words:
        if not _network(word, result):
            result.append(found("shell", word, f"awk {operator} getline"))


def _last_operand(stream: list[Token], stop: int) -> int:
    """Where the operand begins that ends before `stop`."""
    at = stop - 1
    if stream[at].kind == "op" and stream[at].text in {")", "]"}:
        at = stream[at].mate
        if at and stream[at - 1].kind == "name":
            at -= 1
    while at > 0 and stream[at - 1].text == "$":
        at -= 1
    return max(at, 0)


def _left(stream: list[Token], stop: int) -> int:
    """Where the concatenation begins that ends before `stop`."""
    at = stop
    while at:
        token = stream[at - 1]
        if token.kind in {"op", "name"} and (token.text in _LEFT_BOUNDS or token.head):
            break
        at = token.mate if token.kind == "op" and token.text in {")", "]"} else at - 1
    return at


def _right(stream: list[Token], place: int, bounds: frozenset[str] = _RIGHT_BOUNDS) -> int:
    """Where the concatenation that begins at `place` ends."""
    at = place
    while stream[at].kind != "end":
        token = stream[at]
        if token.kind in {"op", "name"} and token.text in bounds:
            break
        at = stream[at].mate + 1 if token.kind == "op" and token.text in {"(", "[", "{"} else at + 1
    return at


def _behind_target(stream: list[Token], place: int) -> int:
    """Behind the variable that `getline` fills, if one stands there."""
    token = stream[place]
    if token.kind == "name" or (token.kind == "op" and token.text == "$"):
        return behind_operand(stream, place)
    return place


def _at(awk: Program, place: int, result: list[Found]) -> None:
    """`@load "LIBRARY"`, `@include "FILE"`, `@namespace`, and `@name(...)`: a call of what a variable names."""
    stream = awk.stream
    follower = stream[place + 1]
    if follower.text in {"load", "include"} and stream[place + 2].kind == "string":
        word = evaluate(awk, place + 2, place + 3)
        result.append(found("load", word, f"awk @{follower.text}"))
    elif follower.kind == "name" and _opens(stream, place + 2):
        called = evaluate(awk, place + 1, place + 2)
        if called.text is None or called.text.removeprefix("awk::") == "system":
            word = evaluate(awk, place + 3, stream[place + 2].mate)
            result.append(found("shell", word, "awk indirect call"))


def _argument(awk: Program, place: int, result: list[Found]) -> None:
    """`ARGV[n] = FILE` adds an input file."""
    stream = awk.stream
    if stream[place + 1].text != "[":
        return
    at = stream[place + 1].mate + 1
    if stream[at].kind == "op" and stream[at].text == "=":
        word = evaluate(awk, at + 1, _right(stream, at + 1))
        if not all(isinstance(part, Unknown) for part in word.parts):
            result.append(found("read", word, "awk ARGV"))
