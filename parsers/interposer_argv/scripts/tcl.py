"""Tcl and expect scripts: words by Tcl's twelve rules, and the commands that start, load or open something.

Facts: Tcl(n), exec(n), open(n), source(n), load(n), socket(n), file(n) 8.6; expect(1) 5.45.
"""

from typing import Final

from interposer_argv.scripts.found import Found, act, argv, found
from interposer_argv.scripts.tape import Cursor, Tape, joined, refuse
from interposer_shell.word import Unknown, Word

_BODIES: Final = {
    "catch": (0,), "eval": (0,), "uplevel": (-1,), "proc": (-1,), "foreach": (-1,), "lmap": (-1,), "while": (-1,),
    "for": (0, 2, 3), "time": (0,), "after": (-1,), "try": (0, -1), "namespace": (-1,), "subst": (), "apply": (-1,),
    "trap": (0,), "interact": (-1,), "fileevent": (-1,), "dict": (-1,), "if": (1, 2, 3, 4, 5, 6, 7), "switch": (),
    "expect": (),
    "interp": (-1,), "bind": (-1,), "coroutine": (-1,),
}  # fmt: skip
_PAIRED: Final = frozenset(
    {"switch", "expect", "expect_before", "expect_after", "expect_user", "expect_background", "expect_tty"}
)
_DEPTH: Final = 30


def read(script: Tape) -> list[Found]:
    """What `script` does."""
    reader = _Reader(script)
    reader.commands(script.text, 0)
    return reader.result


class _Reader:
    """Reads commands and what their bodies hold."""

    def __init__(self, script: Tape) -> None:
        self.script = script
        self.result: list[Found] = []
        self.values: dict[str, Word | None] = {}

    def commands(self, text: str, depth: int) -> None:
        """All commands of `text`."""
        if depth > _DEPTH:
            raise refuse("tcl: scripts in scripts are nested too deeply")
        cursor = Cursor(text)
        while cursor.peek():
            cursor.skip(" \t\r\n;")
            if cursor.peek() == "#":
                self._comment(cursor)
                continue
            words: list[tuple[Word, str]] = []
            while (char := cursor.peek()) and char not in "\n;":
                if char in " \t\r":
                    cursor.take()
                elif char == "\\" and cursor.peek(1) == "\n":
                    cursor.at += 2
                else:
                    words.append(self._word(cursor, depth))
            if words:
                self._command(words, depth)

    def _comment(self, cursor: Cursor) -> None:
        while (char := cursor.take()) and char != "\n":
            cursor.at += 1 if char == "\\" else 0

    def _word(self, cursor: Cursor, depth: int) -> tuple[Word, str]:
        """One word and how it was written: `{`, `"` or ""."""
        if cursor.text.startswith("{*}", cursor.at) and cursor.peek(3) not in {"", " ", "\n"}:
            cursor.at += 3
        if cursor.peek() == "{":
            return self.script.word(self._braced(cursor)), "{"
        if cursor.peek() == '"':
            cursor.take()
            word = self._substituted(cursor, '"', depth)
            if cursor.take() != '"':
                raise refuse("tcl: a quoted word is not closed")
            return word, '"'
        return self._substituted(cursor, " \t\n;", depth), ""

    def _braced(self, cursor: Cursor) -> str:
        start = cursor.at + 1
        level = 0
        while char := cursor.take():
            if char == "\\":
                cursor.take()
            elif char == "{":
                level += 1
            elif char == "}":
                level -= 1
                if not level:
                    return cursor.text[start : cursor.at - 1]
        raise refuse("tcl: a brace is not closed")

    def _substituted(self, cursor: Cursor, ends: str, depth: int) -> Word:
        parts: list[str | Unknown] = []
        piece: list[str] = []
        while (char := cursor.peek()) and char not in ends:
            cursor.take()
            if char == "\\":
                piece.append({"n": "\n", "t": "\t", "r": "\r", "\n": " "}.get(cursor.peek(), cursor.peek()))
                cursor.take()
            elif char in "[$":
                parts.extend(self.script.word("".join(piece)).parts)
                piece.clear()
                parts.extend(self._bracket(cursor, depth) if char == "[" else self._variable(cursor))
            else:
                piece.append(char)
        parts.extend(self.script.word("".join(piece)).parts)
        return Word(joined(parts), self.script.span)

    def _bracket(self, cursor: Cursor, depth: int) -> tuple[Unknown, ...]:
        """A command substitution; braces and quotes inside protect its end."""
        start = cursor.at
        level = 1
        while level and (char := cursor.take()):
            if char == "\\":
                cursor.take()
            elif char == "{":
                cursor.at -= 1
                self._braced(cursor)
            else:
                level += (char == "[") - (char == "]")
        if level:
            raise refuse("tcl: a bracket is not closed")
        inner = cursor.text[start : cursor.at - 1]
        self.commands(inner, depth + 1)
        return (Unknown("computed", self.script.source(f"[{inner}]")),)

    def _variable(self, cursor: Cursor) -> tuple[str | Unknown, ...]:
        start = cursor.at - 1
        if cursor.peek() == "{":
            name = self._braced(cursor)
        else:
            while cursor.peek().isalnum() or cursor.peek() in {"_", ":"}:
                cursor.take()
            name = cursor.text[start + 1 : cursor.at]
            if cursor.peek() == "(":
                key = cursor.until(")")[1:]
                cursor.take()
                if name == "env":
                    return (Unknown("env", cursor.text[start : cursor.at], key),)
                name += f"({key})"
        held = self.values.get(name)
        return (
            held.parts
            if held is not None
            else (Unknown("computed", self.script.source(cursor.text[start : cursor.at]), name),)
        )

    def _command(  # noqa: C901 - one branch for each kind of command
        self, words: list[tuple[Word, str]], depth: int
    ) -> None:
        name = (words[0][0].text or "").removeprefix("::")
        args = [word for word, _ in words[1:]]
        if words[0][0].text is None:
            self.result.append(act("run", "computed", "tcl command"))
        elif name == "exec":
            self._exec(args)
        elif name in {"spawn", "exp_spawn", "overlay"}:
            self._argv(args, name)
        elif name == "system":
            self._report("shell", args, name)
        elif name == "open" and args:
            self._open(args)
        elif name in {"source", "load"}:
            self._report("load", args[-1:] if name == "source" else args[:1], name)
        elif name == "socket":
            self._socket(args)
        elif name == "file" and len(args) > 1:
            self._file(args)
        elif name == "set" and len(args) > 1:
            key = args[0].text or ""
            self.values[key] = args[1] if key not in self.values and depth == 0 else None
        elif name in {"send", "exp_send"}:
            return
        elif name in _PAIRED or name in _BODIES:
            self._bodies(name, args, depth)
        elif name == "expr":
            self._brackets(" ".join(arg.source for arg in args), depth)

    def _exec(self, args: list[Word]) -> None:
        """`exec` runs a pipeline of words; redirections and `&` are words too."""
        while args and args[0].head.startswith("-"):
            args = args[1:]
        current: list[Word] = []
        place = 0
        while place < len(args):
            head = args[place].head
            if head in {"|", "|&"}:
                self._argv(current, "exec")
                current = []
            elif head.startswith((">", "2>")):
                target = args[place].drop(len(head) - len(head.lstrip("2>&@")))
                if not target.parts and place + 1 < len(args):
                    place += 1
                    target = args[place]
                if not head.endswith("@1") and "@" not in head:
                    self.result.append(found("write", target, "tcl exec >"))
            elif head.startswith("<"):
                place += 1 if head in {"<", "<<", "<@"} else 0
            elif head != "&":
                current.append(args[place])
            place += 1
        self._argv(current, "exec")

    def _argv(self, args: list[Word], name: str) -> None:
        while args and args[0].head.startswith("-") and name == "spawn":
            args = args[1:]
        if args:
            self.result.append(argv(tuple(args), f"tcl {name}"))

    def _report(self, kind: str, args: list[Word], name: str) -> None:
        if args:
            parts = joined(part for at, arg in enumerate(args) for part in ((" ", *arg.parts) if at else arg.parts))
            self.result.append(found(kind, Word(parts, self.script.span), f"tcl {name}"))

    def _open(self, args: list[Word]) -> None:
        if args[0].head.startswith("|"):
            self.result.append(found("words", args[0].drop(1), 'tcl open "|"'))
            return
        mode = args[1].text if len(args) > 1 else "r"
        kind = "write" if mode is None or any(char in mode for char in "wa+W") else "read"
        self.result.append(found(kind, args[0], "tcl open"))

    def _socket(self, args: list[Word]) -> None:
        if args and args[0].text == "-server":
            self.result.append(act("listen", "", "tcl socket"))
        elif len(args) > 1:
            self.result.append(found("host", args[-2], "tcl socket"))

    def _file(self, args: list[Word]) -> None:
        paths = [arg for arg in args[1:] if not arg.head.startswith("-")]
        match args[0].text:
            case "delete":
                self.result.extend(found("delete", path, "tcl file delete") for path in paths)
            case "rename" | "copy" | "link" if paths:
                self.result.append(found("write", paths[-1], f"tcl file {args[0].text}"))
            case "mkdir":
                self.result.extend(found("write", path, "tcl file mkdir") for path in paths)

    def _bodies(self, name: str, args: list[Word], depth: int) -> None:
        """Scripts and conditions among the arguments of a control command."""
        if name in {"if", "while", "for"}:
            for arg in args:
                self._brackets(arg.source, depth)
        if name in _PAIRED:
            self._pairs(args, depth)
            return
        for place in _BODIES[name]:
            if -len(args) <= place < len(args):
                text = args[place].text
                if text is None and name in {"eval", "uplevel", "after", "interp"}:
                    self.result.append(act("run", "computed", f"tcl {name}"))
                elif name == "eval":
                    self.commands(" ".join(arg.source for arg in args), depth + 1)
                elif text and text not in {"else", "then", "elseif"}:
                    self.commands(text, depth + 1)

    def _pairs(self, args: list[Word], depth: int) -> None:
        """`expect { PATTERN { BODY } .. }` and `switch VALUE { PATTERN BODY .. }`."""
        for arg in args:
            text = arg.text
            if text is None:
                continue
            cursor = Cursor(text)
            bodies: list[str] = []
            while cursor.peek():
                cursor.skip(" \t\r\n")
                if cursor.peek() == "{":
                    bodies.append(self._braced(cursor))
                elif cursor.peek() == '"':
                    cursor.take()
                    cursor.until('"')
                    cursor.take()
                else:
                    cursor.until(" \t\r\n{")
            for body in bodies:
                self.commands(body, depth + 1)
            if not bodies and arg is args[-1] and len(args) > 1:
                self.commands(text, depth + 1)

    def _brackets(self, text: str, depth: int) -> None:
        """Command substitutions inside an expression."""
        cursor = Cursor(text)
        while char := cursor.take():
            if char == "\\":
                cursor.take()
            elif char == "[":
                self._bracket(cursor, depth)
