"""vim's ex commands, as `-c`, `--cmd` and `+` give them.

Facts: vim 9.0 `:help :!`, `:range`, `:bar`, `:terminal`, `:source`, `system()`, ex-cmd-index (shortest forms).
"""

from typing import Final

from interposer_argv.scripts.found import Found, act, found
from interposer_argv.scripts.tape import Cursor, Tape, is_opaque, refuse

_BLANK: Final = " \t"
_EX: Final = {
    ("r", "read"): "read", ("w", "write"): "write", ("sav", "saveas"): "write", ("up", "update"): "write",
    ("wq", "wq"): "write", ("x", "xit"): "write", ("wn", "wnext"): "write", ("mks", "mksession"): "write",
    ("mkv", "mkvimrc"): "write", ("mk", "mkexrc"): "write", ("wundo", "wundo"): "write",
    ("so", "source"): "load", ("ru", "runtime"): "load", ("pyf", "pyfile"): "load", ("py3f", "py3file"): "load",
    ("luaf", "luafile"): "load", ("rubyf", "rubyfile"): "load", ("lo", "loadview"): "text", ("cf", "cfile"): "read",
    ("ter", "terminal"): "shell", ("term", "terminal"): "shell", ("mak", "make"): "make", ("lmak", "lmake"): "make",
    ("gr", "grep"): "make", ("lgr", "lgrep"): "make", ("sh", "shell"): "prompt",
    ("py", "python"): "code:python", ("py3", "python3"): "code:python", ("pyx", "pythonx"): "code:python",
    ("lua", "lua"): "code:lua", ("rub", "ruby"): "code:ruby", ("pe", "perl"): "code:perl", ("perld",
    "perldo"): "code:perl",
    ("tc", "tcl"): "code:tcl", ("mz", "mzscheme"): "code:scheme", ("pyd", "pydo"): "code:python",
    ("py3d", "py3do"): "code:python", ("luad", "luado"): "code:lua", ("rubyd", "rubydo"): "code:ruby",
    ("e", "edit"): "read", ("sp", "split"): "read", ("vs", "vsplit"): "read", ("tabe", "tabedit"): "read",
    ("tabnew", "tabnew"): "read", ("vi", "visual"): "read", ("vie", "view"): "read",
    ("exe", "execute"): "execute", ("cal", "call"): "expression", ("let", "let"): "expression", ("ec",
    "echo"): "expression",
    ("echom", "echomsg"): "expression", ("ev", "eval"): "expression", ("if", "if"): "expression", ("cons",
    "const"): "expression",
    ("retu", "return"): "expression", ("au", "autocmd"): "autocmd", ("norm", "normal"): "normal", ("se", "set"): "set",
    ("setl", "setlocal"): "set", ("setg", "setglobal"): "set", ("com", "command"): "rest", ("g", "global"): "global",
    ("v", "vglobal"): "global", ("nm", "nmap"): "map", ("map", "map"): "map", ("no", "noremap"): "map", ("im",
    "imap"): "map",
    ("sil", "silent"): "prefix", ("verb", "verbose"): "prefix", ("noa", "noautocmd"): "prefix", ("kee",
    "keepmarks"): "prefix",
    ("vert", "vertical"): "prefix", ("tab", "tab"): "prefix", ("conf", "confirm"): "prefix", ("hid", "hide"): "prefix",
    ("uns", "unsilent"): "prefix", ("bufdo", "bufdo"): "prefix", ("argdo", "argdo"): "prefix", ("windo",
    "windo"): "prefix",
    ("tabdo", "tabdo"): "prefix", ("cdo", "cdo"): "prefix", ("ldo", "ldo"): "prefix", ("cfdo", "cfdo"): "prefix",
    ("folddoo", "folddoopen"): "prefix", ("bel", "belowright"): "prefix", ("abo", "aboveleft"): "prefix",
    ("to", "topleft"): "prefix", ("bo", "botright"): "prefix", ("lefta", "leftabove"): "prefix", ("sa",
    "sandbox"): "prefix",
    ("keepj", "keepjumps"): "prefix", ("keepp", "keeppatterns"): "prefix", ("lock", "lockmarks"): "prefix",
    ("nos", "noswapfile"): "prefix", ("def", "defer"): "expression", ("pa", "packadd"): "text",
}  # fmt: skip
_PROGRAMS: Final = frozenset(
    {"makeprg", "mp", "grepprg", "gp", "equalprg", "ep", "formatprg", "fp", "keywordprg", "kp", "shell", "sh",
    "shellcmdflag",
     "printexpr", "pexpr", "diffexpr", "dex", "patchexpr", "pex", "formatexpr", "fex", "foldexpr", "fde", "indentexpr",
     "inde",
     "includeexpr", "inex", "balloonexpr", "bexpr", "cscopeprg", "csprg", "charconvert", "ccv", "luadll", "pythondll",
     "pythonthreedll", "perldll", "rubydll", "tcldll", "mzschemedll", "operatorfunc", "opfunc", "completefunc", "cfu",
     "omnifunc", "ofu", "tagfunc", "tfu", "runtimepath", "rtp", "packpath", "pp"}
)  # fmt: skip
_CALLS: Final = {
    "system": "shell", "systemlist": "shell", "term_start": "shell", "job_start": "words", "termopen": "shell",
    "jobstart": "shell", "libcall": "load", "libcallnr": "load", "writefile": "write", "delete": "delete",
    "rename": "write",
    "readfile": "read", "execute": "ex", "feedkeys": "keys", "py3eval": "code:python", "pyeval": "code:python",
    "pyxeval": "code:python", "luaeval": "code:lua", "perleval": "code:perl", "rubyeval": "code:ruby",
    "eval": "expression",
    "ch_open": "host", "mkdir": "write",
}  # fmt: skip
_DEPTH: Final = 8


def read(script: Tape) -> list[Found]:
    """Ex commands as `-c`, `--cmd`, `+` give them."""
    result: list[Found] = []
    for line in script.text.split("\n"):
        result.extend(_ex(script, line, 0))
    return result


def _ex(script: Tape, line: str, depth: int) -> list[Found]:
    """One line of ex commands, parted by `|` except where a command takes the rest."""
    if depth > _DEPTH:
        raise refuse("vim: commands in commands are nested too deeply")
    result: list[Found] = []
    cursor = Cursor(line)
    while True:
        cursor.skip(_BLANK + ":|")
        _range(cursor)
        cursor.skip(_BLANK + ":")
        char = cursor.peek()
        if not char or char == '"':
            return result
        if char == "!":
            return [*result, found("shell", script.word(cursor.text[cursor.at + 1 :].strip()), "vim :!")]
        if is_opaque(char):
            raise refuse("vim: an ex command whose name is not known")
        if not char.isalpha():
            cursor.until("|")
            continue
        result.extend(_named(script, cursor, depth))


def _range(cursor: Cursor) -> None:
    """Move behind a range: numbers, `.`, `$`, `%`, marks, patterns, offsets."""
    while char := cursor.peek():
        if char in "0123456789.$%,;+- \t*" or is_opaque(char):
            cursor.take()
        elif char == "'" and cursor.peek(1):
            cursor.at += 2
        elif char in "/?":
            cursor.take()
            _delimited(cursor, char)
        elif char == "\\" and cursor.peek(1) in {"/", "?", "&"}:
            cursor.at += 2
        else:
            return


def _delimited(cursor: Cursor, delimiter: str) -> str:
    """Text up to an unescaped `delimiter` or the end."""
    start = cursor.at
    while char := cursor.take():
        if char == "\\":
            cursor.take()
        elif char == delimiter:
            return cursor.text[start : cursor.at - 1]
    return cursor.text[start:]


def _kind(name: str) -> str:
    """What the ex command `name`, which may be shortened, does; "" where nothing counts."""
    return next(
        (
            kind
            for (short, full), kind in _EX.items()
            if name == short or (full.startswith(name) and name.startswith(short))
        ),
        "",
    )


def _named(script: Tape, cursor: Cursor, depth: int) -> list[Found]:
    """A command that has a name; the cursor moves behind it, or to the end where it takes the rest."""
    start = cursor.at
    while (char := cursor.peek()) and char.isascii() and (char.isalpha() or (char.isdigit() and cursor.at > start)):
        cursor.take()
    name = cursor.text[start : cursor.at]
    if name.startswith("s") and not _kind(name) and cursor.peek() and not cursor.peek().isalpha():
        return _substitute(script, cursor, name, depth)
    kind = _kind(name)
    bang = cursor.peek() == "!"
    cursor.at += 1 if bang else 0
    cursor.skip(_BLANK)
    rest = cursor.text[cursor.at :]
    what = f"vim :{name}"
    if kind == "prefix":
        cursor.skip("0123456789" + _BLANK)
        return []
    if kind in {"read", "write"}:
        return _file(script, cursor, kind, what, bang=bang)
    if kind == "set":
        return _set(script, cursor.until("|"), what)
    if kind == "load" and (argument := cursor.until("|").strip()):
        return [found("load", script.word(argument), what)]
    if kind == "expression":
        return _expression(script, rest, depth) + _skip_expression(cursor)
    if kind:
        cursor.at = cursor.end
        return _whole(script, kind, rest, what, depth)
    cursor.until("|")
    return []


def _skip_expression(cursor: Cursor) -> list[Found]:
    """Move to the `|` that ends an expression; one in a string or in `||` does not."""
    quote = ""
    while char := cursor.peek():
        if quote:
            quote = "" if char == quote else quote
        elif char in "'\"":
            quote = char
        elif char == "|" and cursor.peek(1) == "|":
            cursor.take()
        elif char == "|":
            return []
        cursor.take()
    return []


def _whole(  # noqa: C901 - one branch for each kind of command
    script: Tape, kind: str, rest: str, what: str, depth: int
) -> list[Found]:
    """A command that takes the rest of the line, `|` included."""
    text = script.word(rest.strip())
    if kind == "shell":
        while rest.startswith("++"):
            rest = rest.partition(" ")[2].lstrip()
        return [found("shell", script.word(rest), what)] if rest else [act("run", "prompt", what)]
    if kind == "make":
        return [act("run", "computed", what)] if not rest else [found("shell", text, what)]
    if kind == "prompt":
        return [act("run", "prompt", what)]
    if kind.startswith("code:"):
        return [found(kind, text, what)] if rest else []
    if kind == "execute":
        inner = _literal(rest)
        if inner is None:
            return [*_expression(script, rest, depth), act("run", "computed", what)]
        return _ex(script, inner, depth + 1)
    if kind == "autocmd":
        words = rest.split(None, 2)
        return _ex(script, words[2], depth + 1) if len(words) > 2 else []  # noqa: PLR2004 - event, pattern, command
    if kind == "global":
        lines = Cursor(rest)
        _delimited(lines, lines.take())
        return _ex(script, lines.text[lines.at :], depth + 1)
    if kind in {"normal", "map", "rest"}:
        return _keys(script, rest, what, depth)
    return []


def _keys(script: Tape, text: str, what: str, depth: int) -> list[Found]:
    """Keys that are typed: a `:` begins an ex command that <CR> ends; `!` with a motion filters through a shell."""
    result: list[Found] = []
    for piece in text.replace("<CR>", "\r").replace("<cr>", "\r").replace("\\<", "").split("\r"):
        _, colon, command = piece.partition(":")
        if colon:
            result.extend(_ex(script, command, depth + 1))
        elif piece.lstrip("0123456789").startswith("!"):
            result.append(act("run", "computed", what))
    return result


def _file(script: Tape, cursor: Cursor, kind: str, what: str, *, bang: bool) -> list[Found]:
    """`:r FILE`, `:r !COMMAND`, `:w FILE`, `:w !COMMAND`; a bang with a blank before it is a command."""
    rest = cursor.text[cursor.at :]
    while rest.startswith(("++", "+")) and kind == "read":
        inner, _, rest = rest.partition(" ")
        if inner.startswith("+") and not inner.startswith("++"):
            return _ex(script, inner[1:].replace("\\ ", " "), 1)
    if rest.startswith("!") or (bang and kind == "read" and rest and what.endswith((":r", ":re", ":rea", ":read"))):
        cursor.at = cursor.end
        return [found("shell", script.word(rest.removeprefix("!").strip()), what + " !")]
    name = cursor.until("|").strip()
    if name.startswith(">>"):
        name = name[2:].strip()
    if "`" in name:
        return [found("shell", script.word(name.strip("`")), what + " `..`")]
    return [found(kind, script.word(name), what)] if name else []


def _substitute(script: Tape, cursor: Cursor, name: str, depth: int) -> list[Found]:
    r"""`:s/a/\=EXPRESSION/`: the replacement may be an expression."""
    if name != "s" and not "substitute".startswith(name):
        cursor.until("|")
        return []
    delimiter = cursor.take()
    if delimiter in {"", " ", "|"}:
        return []
    _delimited(cursor, delimiter)
    replacement = _delimited(cursor, delimiter)
    cursor.until("|")
    return _expression(script, replacement[2:], depth) if replacement.startswith("\\=") else []


def _set(script: Tape, text: str, what: str) -> list[Found]:
    """`:set OPTION=VALUE` of options that name programs or expressions."""
    result: list[Found] = []
    cursor = Cursor(text)
    while cursor.peek():
        cursor.skip(_BLANK)
        item: list[str] = []
        while (char := cursor.take()) and char not in _BLANK:
            item.append(cursor.take() if char == "\\" else char)
        name, equals, value = "".join(item).partition("=")
        if equals and name.rstrip("+^-") in _PROGRAMS:
            result.append(found("shell", script.word(value), f"{what} {name}"))
    return result


def _literal(text: str) -> str | None:
    """The value of one string that is the whole text, else None."""
    text = text.strip()
    if len(text) > 1 and text[0] in "'\"" and text.endswith(text[0]) and text[0] not in text[1:-1] and "\\" not in text:
        return text[1:-1]
    return None


def _expression(script: Tape, text: str, depth: int) -> list[Found]:
    """Calls with a literal argument in an expression."""
    result: list[Found] = []
    cursor = Cursor(text)
    while char := cursor.peek():
        if char in "'\"":
            cursor.take()
            _delimited(cursor, char) if char == '"' else (cursor.until("'"), cursor.take())
        elif char.isascii() and (char.isalpha() or char in "_:"):
            start = cursor.at
            while (char := cursor.peek()) and (char.isalnum() or char in "_:#"):
                cursor.take()
            name = cursor.text[start : cursor.at].removeprefix("v:lua.").removeprefix("g:")
            if cursor.peek() == "(" and name in _CALLS:
                result.extend(_called(script, cursor, _CALLS[name], f"vim {name}()", depth))
        else:
            cursor.take()
    return result


def _called(script: Tape, cursor: Cursor, kind: str, what: str, depth: int) -> list[Found]:
    """A call whose first argument is a literal, or a list of literals."""
    place = cursor.at + 1
    while place < cursor.end and cursor.text[place] in " \t[":
        place += 1
    quote = cursor.text[place : place + 1]
    cursor.take()
    if quote not in {"'", '"'} or not quote:
        return [act("run", "computed", what)] if kind in {"shell", "words", "ex", "keys"} else []
    inner = Cursor(cursor.text, place + 1)
    value = _delimited(inner, quote)
    if kind == "ex":
        return _ex(script, value, depth + 1)
    if kind == "keys":
        return _keys(script, value, what, depth)
    if kind == "expression":
        return _expression(script, value, depth + 1) if depth < _DEPTH else []
    return [found(kind, script.word(value), what)]
