"""Database shells: dot commands of sqlite3 and duckdb, backslash commands of psql and mysql, SQL that reaches outside.

Facts: sqlite3(1) and "Command Line Shell For SQLite" (3.40), psql(1) 15, "mysql Client Commands" (8.0), DuckDB CLI
docs.
"""

from collections.abc import Iterator
from typing import Final

from interposer_argv.scripts.found import Found, act, found
from interposer_argv.scripts.sql_tokens import Token, statements
from interposer_argv.scripts.tape import Cursor, Tape, is_opaque, refuse

_DOT: Final = [
    "archive",
    "auth",
    "backup",
    "bail",
    "cd",
    "changes",
    "check",
    "clone",
    "connection",
    "databases",
    "dbconfig",
    "dbinfo",
    "dump",
    "echo",
    "eqp",
    "excel",
    "exit",
    "expert",
    "explain",
    "filectrl",
    "fullschema",
    "headers",
    "help",
    "import",
    "imposter",
    "indexes",
    "limit",
    "lint",
    "load",
    "log",
    "mode",
    "nonce",
    "nullvalue",
    "once",
    "open",
    "output",
    "parameter",
    "print",
    "progress",
    "prompt",
    "quit",
    "read",
    "recover",
    "restore",
    "rows",
    "save",
    "scanstats",
    "schema",
    "selftest",
    "separator",
    "session",
    "sha3sum",
    "shell",
    "show",
    "stats",
    "system",
    "tables",
    "testcase",
    "testctrl",
    "timeout",
    "timer",
    "trace",
    "unmodule",
    "vfsinfo",
    "vfslist",
    "vfsname",
    "width",
    "wheretrace",
    "www",
    "columns",
    "constant",
    "keyword",
    "large_number_rendering",
    "maxrows",
    "maxwidth",
    "open",
    "safe_mode",
    "binary",
    "ar",
]
_SQLITE_CALLS: Final = {"writefile": "write", "readfile": "read", "load_extension": "load", "edit": "run"}
_DUCK_CALLS: Final = dict.fromkeys(
    ("read_csv", "read_csv_auto", "read_json", "read_json_auto", "read_parquet", "read_text", "read_blob", "glob"),
    "read",
)
_PSQL_FILES: Final = {"i": "read", "ir": "read", "include": "read", "include_relative": "read"}
_STREAMS: Final = frozenset({"stdin", "stdout", "pstdin", "pstdout", "stderr"})


def sqlite(script: Tape) -> list[Found]:
    """sqlite3: lines that begin with a dot are commands, the rest is SQL."""
    return _dotted(script, _SQLITE_CALLS)


def duckdb(script: Tape) -> list[Found]:
    """duckdb: the dot commands of sqlite3, and SQL that reads and writes files."""
    result = _dotted(script, _DUCK_CALLS)
    for words in statements(script, backslash=False, lines=True):
        first = [word.text.lower() for word in words[:2] if word.kind == "name"]
        if first[:1] in (["install"], ["load"]):
            result.extend(found("load", script.word(word.text), "duckdb " + first[0]) for word in words[1:2])
    return result


def _dotted(script: Tape, calls: dict[str, str]) -> list[Found]:
    """Dot commands where a statement may begin; a quoted text or a comment may hold lines that only look like one."""
    result: list[Found] = []
    for words in statements(script, backslash=False, lines=True):
        if words[0].kind == "line":
            result.extend(_dot(script, words[0].text))
        else:
            result.extend(_sql(script, words, calls, "sqlite"))
    return result


def _dot(script: Tape, line: str) -> list[Found]:
    """One dot command; names may be shortened as long as one fits."""
    cursor = Cursor(line[1:])
    name = cursor.until(" \t")
    if any(is_opaque(char) for char in name):
        raise refuse("sqlite: a dot command whose name is not known")
    fits = [full for full in _DOT if name and full.startswith(name)]
    cursor.skip(" \t")
    rest = cursor.text[cursor.at :]
    args = _arguments(rest)
    what = f"sqlite .{name}"
    match fits:
        case []:
            return []
        case _ if "shell" in fits or "system" in fits:
            return [found("shell", script.word(rest), what)] if rest else []
        case _:
            return [entry for full in fits for entry in _dot_files(script, full, args, what)]


def _dot_files(script: Tape, name: str, args: list[str], what: str) -> Iterator[Found]:
    """Files of one dot command."""
    plain = [arg for arg in args if not arg.startswith("-")]
    match name:
        case "import" if plain:
            yield _piped(script, plain[0], "read", what)
        case "output" | "once" | "log" | "trace" | "testcase" | "excel" | "www" if plain:
            if plain[0] not in {"off", "on", *_STREAMS}:
                yield _piped(script, plain[0], "write", what)
        case "read" if plain:
            entry = _piped(script, plain[0], "load", what)
            yield found("load", entry.words[0], what, job=True) if entry.slot.kind == "load" else entry
        case "load" if plain:
            yield found("load", script.word(plain[0]), what)
        case "backup" | "save" | "clone" if plain:
            yield found("write", script.word(plain[-1]), what)
        case "restore" | "open" if plain:
            yield found("write" if name == "open" else "read", script.word(plain[-1]), what)
        case "cd" if plain:
            yield found("dir", script.word(plain[0]), what)
        case "archive" | "ar" if args:
            yield from (found("write", script.word(arg), what) for arg in plain[1:])


def _piped(script: Tape, name: str, kind: str, what: str) -> Found:
    """A file, or behind `|` a command."""
    return found("shell", script.word(name[1:]), what) if name.startswith("|") else found(kind, script.word(name), what)


def _arguments(text: str) -> list[str]:
    """Arguments of a dot or backslash command: blanks part, both quotes group; an unquoted `|` takes the rest."""
    cursor = Cursor(text)
    result: list[str] = []
    while True:
        cursor.skip(" \t")
        char = cursor.peek()
        if not char:
            return result
        if char == "|":
            return [*result, cursor.text[cursor.at :]]
        if char in "'\"":
            cursor.take()
            word: list[str] = []
            while (inner := cursor.take()) and inner != char:
                word.append(cursor.take() if inner == "\\" and char == '"' else inner)
            if not inner:
                raise refuse("sql shell: unclosed quote")
            result.append("".join(word))
        else:
            result.append(cursor.until(" \t"))


def _sql(script: Tape, words: list[Token], calls: dict[str, str], tool: str) -> Iterator[Found]:
    """What a statement does outside the database."""
    for at, word in enumerate(words):
        text = word.text.lower() if word.kind == "name" else ""
        follower = words[at + 1] if at + 1 < len(words) else None
        if text in calls and follower is not None and follower.text == "(" and at + 2 < len(words):
            if words[at + 2].kind == "string":
                yield found(calls[text], script.word(words[at + 2].text), f"{tool} {text}()")
            else:
                yield act("run" if calls[text] in {"load", "run"} else calls[text], "computed", f"{tool} {text}()")
        elif text == "attach" and tool == "sqlite":
            name = words[at + 2] if follower is not None and follower.text.lower() == "database" else follower
            if name is not None and name.kind == "string":
                yield found("write", script.word(name.text), "sqlite ATTACH")
        elif text == "vacuum" and follower is not None and words[-2].text.lower() == "into":
            yield found("write", script.word(words[-1].text), "sqlite VACUUM INTO")


def pipe_or_file(script: Tape) -> list[Found]:
    """`|COMMAND` (psql, strace) and `!COMMAND` (strace) are shell text, anything else a file that is written.

    What begins with a computed piece can be either.
    """
    if script.unknowns and is_opaque(script.text[:1]) and script.unknowns[0].why in {"computed", "positional"}:
        word = script.word(script.text)
        return [found("write", word, "output"), found("shell", word, "output |")]
    if script.text.startswith("!"):
        return [found("shell", script.word(script.text[1:]), "output !")]
    return [_piped(script, script.text, "write", "output |")] if script.text else []


def psql(script: Tape) -> list[Found]:
    """psql: backslash commands anywhere outside quotes, `COPY .. PROGRAM`, file functions of the server."""
    result: list[Found] = []
    for words in statements(script, backslash=True, lines=False):
        if words[0].kind == "line":
            result.extend(_backslash(script, words[0].text))
        else:
            result.extend(_postgres(script, words))
    return result


def _backslash(script: Tape, line: str) -> list[Found]:
    r"""One backslash command: its name ends at a blank or another backslash (`\!id`: `!` needs no blank)."""
    body = line[1:]
    if body.startswith("!"):
        return [found("shell", script.word(body[1:].strip()), r"psql \!")] if body[1:].strip() else []
    cursor = Cursor(body)
    name = cursor.until(" \t|'\"")
    if any(is_opaque(char) for char in name):
        raise refuse("psql: a backslash command whose name is not known")
    cursor.skip(" \t")
    rest = cursor.text[cursor.at :].strip()
    what = f"psql \\{name}"
    result = [found("shell", script.word(text), what + " `..`") for text in _backticks(rest)]
    if name == "copy":
        words = next(iter(statements(Tape(rest, script.unknowns, script.span), backslash=False, lines=False)), [])
        return result + _copy(script, words, "shell", what)
    args = _arguments(rest)
    if name in {"o", "out", "g", "gx", "w", "write", "qecho"} and args and name != "qecho":
        target = next((arg for arg in args if not arg.startswith("(")), "")
        result += [_piped(script, target, "write", what)] if target else []
    elif name in _PSQL_FILES and args:
        result.append(found("load", script.word(args[0]), what, job=True))
    elif name in {"lo_import", "lo_export"} and args:
        result.append(found("read" if name == "lo_import" else "write", script.word(args[-1]), what))
    elif name == "setenv" and len(args) > 1:
        result.append(found("env-assign", script.word(f"{args[0]}={args[1]}"), what))
    elif name == "s" and args:
        result.append(found("write", script.word(args[0]), what))
    elif name == "cd" and args:
        result.append(found("dir", script.word(args[0]), what))
    return result


def _backticks(text: str) -> list[str]:
    """Texts between backticks, which psql runs, outside single quotes."""
    cursor = Cursor(text)
    result: list[str] = []
    while char := cursor.take():
        if char == "'":
            cursor.until("'")
            cursor.take()
        elif char == "`":
            result.append(cursor.until("`"))
            cursor.take()
    return result


def _copy(script: Tape, words: list[Token], kind: str, what: str) -> list[Found]:
    """`COPY .. FROM|TO PROGRAM 'command' | 'file'`."""
    depth = 0
    for at, word in enumerate(words):
        depth += (word.text == "(" and word.kind == "op") - (word.text == ")" and word.kind == "op")
        if depth or word.kind != "name" or word.text.lower() not in {"from", "to"} or at + 1 >= len(words):
            continue
        target = words[at + 1]
        if target.kind == "name" and target.text.lower() == "program":
            if at + 2 < len(words) and words[at + 2].kind == "string":
                return [found(kind, script.word(words[at + 2].text), what + " PROGRAM")]
            return [act("run", "computed", what + " PROGRAM")]
        if target.text.lower() not in _STREAMS:
            return [found("read" if word.text.lower() == "from" else "write", script.word(target.text), what)]
    return []


_POSTGRES: Final = {
    "lo_import": "read", "lo_export": "write", "pg_read_file": "read", "pg_read_binary_file": "read",
    "pg_ls_dir": "read",
    "pg_file_write": "write",
}  # fmt: skip


def _postgres(script: Tape, words: list[Token]) -> list[Found]:
    first = words[0].text.lower() if words[0].kind == "name" else ""
    if first == "copy":
        return _copy(script, words, "shell", "psql COPY")
    if first == "load" and len(words) > 1:
        return [found("load", script.word(words[1].text), "psql LOAD")]
    result: list[Found] = []
    names = [word.text.lower() for word in words if word.kind == "name"]
    for at, word in enumerate(words[:-2]):
        if word.kind == "name" and word.text.lower() in _POSTGRES and words[at + 1].text == "(":
            files = [inner for inner in words[at + 2 :] if inner.kind == "string"]
            result += [
                found(_POSTGRES[word.text.lower()], script.word(inner.text), f"psql {word.text}()")
                for inner in files[-1:]
            ]
    if first == "create" and "function" in names and "language" in names:
        language = names[names.index("language") + 1 :][:1]
        if language and language[0].startswith(("plpython", "plperlu", "plsh", "c")):
            result.append(act("code", "server-language", "psql CREATE FUNCTION"))
    return result


def mysql(script: Tape) -> list[Found]:
    r"""mysql: `system` and `\!`, `source` and `\.`, `tee`, `pager`, `INTO OUTFILE`, `LOAD DATA`, `load_file()`."""
    result: list[Found] = []
    for words in statements(script, backslash=True, lines=False, client=_CLIENT):
        if words[0].kind == "line":
            result.extend(_client(script, words[0].text))
        else:
            result.extend(_mysql(script, words))
    return result


_CLIENT: Final = frozenset({"system", "source", "tee", "pager"})
_SHORT: Final = {"!": "system", ".": "source", "T": "tee", "P": "pager"}


def _client(script: Tape, line: str) -> list[Found]:
    name, rest = line[:2], line[2:]
    full = _SHORT.get(name[1:], "") if line.startswith("\\") else ""
    if not line.startswith("\\"):
        full, _, rest = line.partition(" ")
        full = full.lower()
    rest = rest.strip().rstrip(";").strip()
    if not rest:
        return []
    match full:
        case "system" | "pager":
            return [found("shell", script.word(rest), f"mysql {full}")]
        case "source":
            return [found("load", script.word(rest), "mysql source", job=True)]
        case "tee":
            return [found("write", script.word(rest), "mysql tee")]
    return []


def _mysql(script: Tape, words: list[Token]) -> list[Found]:
    result: list[Found] = []
    names = [word.text.lower() if word.kind == "name" else "" for word in words]
    for at, name in enumerate(names[:-1]):
        follower = words[at + 1]
        if name in {"outfile", "dumpfile"} and follower.kind == "string":
            result.append(found("write", script.word(follower.text), f"mysql INTO {name.upper()}"))
        elif name == "infile" and follower.kind == "string":
            kind = "send" if "local" in names[:at] else "read"
            result.append(found(kind, script.word(follower.text), "mysql LOAD DATA"))
        elif name == "load_file" and at + 2 < len(words) and words[at + 2].kind == "string":
            result.append(found("read", script.word(words[at + 2].text), "mysql load_file()"))
        elif name == "soname" and follower.kind == "string":
            result.append(found("load", script.word(follower.text), "mysql SONAME"))
    return result
