"""Commands of less and gdb.

Facts: less(1) 590 COMMANDS; "Debugging with GDB" 13, sections 2.3, 4.2, 23.
"""

from typing import Final

from interposer_argv.scripts.found import Found, act, found
from interposer_argv.scripts.tape import Cursor, Tape, has_opaque, is_opaque, refuse

_BLANK: Final = " \t"


def less(script: Tape) -> list[Found]:
    """Less `+COMMAND`: keys as typed at the start (`++` for every file)."""
    text = script.text.removeprefix("+").removeprefix("+")
    cursor = Cursor(text)
    cursor.skip("0123456789 \t" + "gGfbdupjkFrR%")
    rest = cursor.text[cursor.at :]
    if is_opaque(rest[:1]):
        raise refuse("less: a command that is not known")
    name, value = rest[:1], rest[1:].partition("\n")[0].strip()
    match name:
        case "!" | "#":
            return (
                [found("shell", script.word(value), f"less {name}")]
                if value
                else [act("run", "prompt", f"less {name}")]
            )
        case "|":
            return [found("shell", script.word(value[1:].strip()), "less |")]
        case "s" | "o" | "O":
            return [found("write", script.word(value), f"less {name}")] if value else []
        case "v":
            return [act("run", "prompt", "less v")]
        case ":" if value[:1] == "e" and value[1:].strip():
            return [found("read", script.word(value[1:].strip()), "less :e")]
    return []


_GDB: Final = (
    ("shell", "shell", "shell"), ("!", "!", "shell"), ("mak", "make", "make"), ("pi", "python-interactive",
    "code:python"),
    ("py", "python", "code:python"), ("pipe", "pipe", "pipe"), ("|", "|", "pipe"), ("so", "source", "load"),
    ("guile", "guile", "code:scheme"), ("gu", "guile", "code:scheme"), ("compile", "compile", "code:c"),
    ("r", "run", "run"), ("start", "start", "run"), ("starti", "starti", "run"), ("exec-file", "exec-file", "text"),
    ("target", "target", "target"), ("tar", "target", "target"), ("dump", "dump", "write"), ("save", "save", "write"),
    ("generate-core-file", "generate-core-file", "write"), ("gcore", "gcore", "write"), ("restore", "restore", "read"),
    ("call", "call", "call"), ("print", "print", "call"), ("p", "print", "call"), ("eval", "eval", "eval"),
    ("append", "append", "write"), ("edit", "edit", "prompt"), ("attach", "attach", "attach"), ("cd", "cd", "text"),
    ("with", "with", "with"), ("set", "set", "set"), ("define", "define", "text"), ("load", "load", "text"),
)  # fmt: skip


def gdb(script: Tape) -> list[Found]:
    """Gdb commands, one a line; the body of `python` and `define` goes on to `end`."""
    result: list[Found] = []
    lines = iter(script.text.split("\n"))
    for line in lines:
        text = line.strip()
        if is_opaque(text[:1]):
            raise refuse("gdb: a command that is not known")
        if text in {"python", "py", "python-interactive", "pi", "guile"}:
            body: list[str] = []
            for inner in lines:
                if inner.strip() == "end":
                    break
                body.append(inner)
            result.append(
                found("code:scheme" if text == "guile" else "code:python", script.word("\n".join(body)), f"gdb {text}")
            )
        elif text and not text.startswith("#"):
            result.extend(_gdb(script, text))
    return result


def _gdb(  # noqa: C901, PLR0912 - one branch for each kind of command
    script: Tape, text: str
) -> list[Found]:
    cursor = Cursor(text)
    name = cursor.take() if text[0] in "!|" else cursor.until(" \t/")
    rest = cursor.text[cursor.at :].strip()
    fits = [(full, kind) for short, full, kind in _GDB if full.startswith(name) and name.startswith(short)]
    if not fits:
        return []
    full, kind = fits[0]
    what = f"gdb {full}"
    match kind:
        case "shell":
            return [found("shell", script.word(rest), what)] if rest else [act("run", "prompt", what)]
        case "make":
            return [found("shell", script.word(f"make {rest}".strip()), what)]
        case "pipe":
            mark, _, tail = rest.partition(" ")
            delimiter = "|"
            if mark == "-d":
                delimiter, _, rest = tail.partition(" ")
            return [found("shell", script.word(rest.partition(delimiter)[2].strip()), what)]
        case "load":
            return (
                [found("load", script.word(rest.removeprefix("-v ").removeprefix("-s ").strip()), what)] if rest else []
            )
        case "run":
            return [found("shell", script.word(f": {rest}"), what, job=True)] if rest else []
        case "write" | "read":
            return [found(kind, script.word(rest.split()[-1]), what)] if rest.split() else []
        case "call" | "set" | "eval":
            return _inferior(script, rest, what)
        case "target":
            words = rest.split(None, 1)
            return _target(script, words, what)
        case "with":
            return _gdb(script, rest.partition("--")[2].strip()) if rest.partition("--")[2].strip() else []
        case "prompt":
            return [act("run", "prompt", what)]
        case _:
            return [found(kind, script.word(rest), what)] if kind.startswith("code:") and rest else []


def _target(script: Tape, words: list[str], what: str) -> list[Found]:
    """`target remote | COMMAND` or `HOST:PORT`."""
    if len(words) < 2 or words[0] not in {"remote", "extended-remote"}:  # noqa: PLR2004 - kind and address
        return []
    if words[1].startswith("|"):
        return [found("shell", script.word(words[1][1:].strip()), what)]
    return [found("host", script.word(words[1]), what)]


def _inferior(script: Tape, text: str, what: str) -> list[Found]:
    """`call system("..")` runs in the program that is debugged; `set exec-wrapper` and friends start a program."""
    for name in ("system", "popen", "execl", "execlp", "execv", "execvp"):
        place = text.find(f"{name}(")
        if place >= 0 and (place == 0 or not text[place - 1].isalnum()):
            cursor = Cursor(text, place + len(name) + 1)
            cursor.skip(_BLANK)
            if cursor.take() == '"':
                return [found("shell", script.word(_quoted(cursor)), f"{what} {name}()")]
            return [act("run", "computed", f"{what} {name}()")]
    key, _, value = text.partition(" ")
    if what == "gdb set" and key == "exec-wrapper":
        return [found("shell", script.word(value.strip()), "gdb set exec-wrapper")]
    return [act("run", "computed", what)] if has_opaque(key) and what == "gdb eval" else []


def _quoted(cursor: Cursor) -> str:
    """The value of a string in double quotes whose first quote is read."""
    result: list[str] = []
    while (char := cursor.take()) and char != '"':
        result.append(cursor.take() if char == "\\" else char)
    return "".join(result)
