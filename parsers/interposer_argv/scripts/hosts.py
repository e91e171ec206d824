"""PowerShell, AppleScript and Emacs Lisp program texts.

Facts: about_Parsing, about_Operators (PowerShell 7); AppleScript "do shell script" (TN2065); GNU Emacs Lisp manual
28, "Processes".
"""

from typing import Final

from interposer_argv.scripts.found import Found, act, argv, found
from interposer_argv.scripts.tape import Cursor, Tape, joined, refuse
from interposer_shell.word import Unknown, Word

_FILES: Final = {
    "remove-item": "delete", "ri": "delete", "rm": "delete", "del": "delete", "rmdir": "delete", "erase": "delete",
    "rd": "delete",
    "set-content": "write", "sc": "write", "out-file": "write", "add-content": "write", "new-item": "write",
    "ni": "write",
    "export-csv": "write", "get-content": "read", "gc": "read", "cat": "read", "type": "read", "import-module": "load",
    "ipmo": "load", "add-type": "code", "start-process": "run", "saps": "run", "start": "run", "invoke-item": "run",
    "ii": "run",
    "invoke-webrequest": "url", "iwr": "url", "invoke-restmethod": "url", "irm": "url", "curl": "url", "wget": "url",
}  # fmt: skip
_FETCHES: Final = (
    "downloadstring",
    "iwr",
    "invoke-webrequest",
    "irm",
    "invoke-restmethod",
    "downloadfile",
    "webclient",
    "curl",
    "wget",
)
_DECODES: Final = ("frombase64string",)
_KEYWORDS: Final = frozenset(
    {"if", "else", "elseif", "foreach", "for", "while", "function", "param", "return", "try", "catch", "finally",
    "switch", "do",
     "throw", "echo", "exit", "begin", "process", "end", "break", "continue", "in", "class", "enum", "using", "trap",
     "filter"}
)  # fmt: skip


def powershell(script: Tape) -> list[Found]:
    """Statements and pipelines: commands that are programs, cmdlets that start, load, write, delete or fetch."""
    result: list[Found] = []
    lowered = script.text.lower()
    evaluates = False
    for words in _statements(script):
        name = (words[0].text or "").lower()
        if words[0].text is None or not name:
            continue
        evaluates |= name in {"iex", "invoke-expression"}
        result.extend(_powershell(script, name, words))
    if "[system.diagnostics.process]::start(" in lowered or "[diagnostics.process]::start(" in lowered:
        result.append(act("run", "computed", "powershell Process.Start()"))
    if evaluates and any(fetch in lowered for fetch in _FETCHES):
        result.append(act("shell", "remote-code", "powershell Invoke-Expression"))
    elif evaluates and any(decode in lowered for decode in _DECODES):
        result.append(act("code", "hidden-text", "powershell Invoke-Expression"))
    if "tcpclient" in lowered and evaluates:
        result.append(act("escape", "remote-shell", "powershell TCPClient"))
    return result


def _powershell(script: Tape, name: str, words: list[Word]) -> list[Found]:
    args = [word for word in words[1:] if not word.head.startswith("-")]
    what = f"powershell {words[0].source}"
    if name in {"iex", "invoke-expression"}:
        if args and args[0].text is not None:
            return powershell(Tape(args[0].text, (), script.span))
        return [act("run", "computed", what)]
    if name in {"&", "."}:
        return [argv(tuple(words[1:]), what)] if len(words) > 1 else []
    kind = _FILES.get(name)
    if kind == "run":
        return [argv(tuple(args), what)] if args else []
    if kind == "code":
        return [act("code", "computed", what)]
    if kind:
        return [found(kind, word, what) for word in args[:1]]
    if name in _KEYWORDS or not name[0].isalpha() or name.startswith("$") or _is_cmdlet(name):
        return []
    if "=" in (words[1].head if len(words) > 1 else ""):
        return []
    return [argv(tuple(words), what)]


def _is_cmdlet(name: str) -> bool:
    """Whether a name has a cmdlet's form (`Verb-Noun`) or is a type, a number, an expression."""
    verb, dash, noun = name.partition("-")
    return bool(dash and verb.isalpha() and noun.isalpha() and verb not in {"apt", "docker", "git", "pre"})


def _statements(script: Tape) -> list[list[Word]]:
    """Words of each command, parted by `;`, `|`, `&&`, braces and newlines outside quotes."""
    cursor = Cursor(script.text)
    result: list[list[Word]] = [[]]
    while char := cursor.peek():
        if char in " \t\r":
            cursor.take()
        elif char in ";|\n{}()":
            cursor.take()
            if char in ";|\n{}(":
                result.append([])
        elif char == "#":
            cursor.until("\n")
        elif char == "&" and cursor.peek(1) == "&":
            cursor.at += 2
            result.append([])
        elif char == "&":
            cursor.take()
            result.append([Word(("&",), script.span)])
        else:
            result[-1].append(_powershell_word(script, cursor))
    return [words for words in result if words]


def _powershell_word(script: Tape, cursor: Cursor) -> Word:
    """One word: single quotes are literal, double quotes expand, a backtick protects."""
    parts: list[str | Unknown] = []
    quote = ""
    piece: list[str] = []
    while (char := cursor.peek()) and (quote or char not in " \t\r\n;|{}()"):
        cursor.take()
        if char == quote:
            quote = ""
        elif not quote and char in "'\"":
            quote = char
        elif char == "`" and quote != "'":
            piece.append(cursor.take())
        elif char == "$" and quote != "'":
            start = cursor.at - 1
            while cursor.peek().isalnum() or cursor.peek() in {"_", ":", "."}:
                cursor.take()
            parts.extend(script.word("".join(piece)).parts)
            piece.clear()
            parts.append(Unknown("computed", cursor.text[start : cursor.at]))
        else:
            piece.append(char)
    if quote:
        raise refuse("powershell: unclosed quote")
    parts.extend(script.word("".join(piece)).parts)
    return Word(joined(parts), script.span)


def applescript(script: Tape) -> list[Found]:
    """`do shell script TEXT [& ..]`, `do script TEXT` (Terminal), `load script`, `run script`."""
    result: list[Found] = []
    cursor = Cursor(script.text)
    words: list[str] = []
    while char := cursor.peek():
        if char == '"':
            cursor.take()
            _lisp_string(cursor)
            words.append("")
        elif cursor.text.startswith("--", cursor.at):
            cursor.until("\n")
        elif cursor.text.startswith("(*", cursor.at):
            stop = cursor.text.find("*)", cursor.at)
            cursor.at = cursor.end if stop < 0 else stop + 2
        elif char.isalpha():
            start = cursor.at
            while cursor.peek().isalnum() or cursor.peek() == "_":
                cursor.take()
            words.append(cursor.text[start : cursor.at].lower())
            if words[-3:] == ["do", "shell", "script"] or words[-2:] == ["do", "script"]:
                result.append(found("shell", _apple_text(script, cursor), "applescript do shell script"))
            elif words[-2:] in (["run", "script"], ["load", "script"]):
                word = _apple_text(script, cursor)
                result.append(
                    found("code:applescript" if words[-2] == "run" else "load", word, f"applescript {words[-2]} script")
                )
        else:
            if char == "\n":
                words.append("\n")
            cursor.take()
    return result


def _apple_text(script: Tape, cursor: Cursor) -> Word:
    """An expression of strings joined by `&`; other operands are unknown."""
    parts: list[str | Unknown] = []
    while True:
        cursor.skip(" \t(")
        if cursor.peek() == '"':
            cursor.take()
            parts.extend(script.word(_lisp_string(cursor)).parts)
        else:
            text = cursor.until('&"\n').strip()
            if text:
                parts.append(Unknown("computed", text))
        cursor.skip(" \t)")
        if cursor.peek() != "&":
            return Word(joined(parts), script.span)
        cursor.take()


def _lisp_string(cursor: Cursor) -> str:
    """The value of a string whose opening quote is read."""
    result: list[str] = []
    while char := cursor.take():
        if char == '"':
            return "".join(result)
        if char == "\\":
            char = cursor.take()
            char = {"n": "\n", "t": "\t", "e": "\x1b"}.get(char, char)
        result.append(char)
    raise refuse("code: a string is not closed")


_LISP_SHELLS: Final = frozenset(
    {"shell-command", "shell-command-to-string", "async-shell-command", "compile", "start-process-shell-command",
     "call-process-shell-command", "start-file-process-shell-command", "eshell-command", "process-file-shell-command",
     "term", "ansi-term", "make-term", "shell-command-on-region", "grep", "dired-do-shell-command"}
)  # fmt: skip
_LISP_VECTORS: Final = {
    "call-process": (0, 4), "process-file": (0, 4), "start-process": (2, 3), "start-file-process": (2, 3),
    "process-lines": (0, 1),
    "call-process-region": (2, 6), "make-term": (1, 3),
}  # fmt: skip
_LISP_FILES: Final = {
    "load": "load", "load-file": "load", "module-load": "load", "load-library": "load", "delete-file": "delete",
    "delete-directory": "delete", "find-file": "read", "insert-file-contents": "read", "write-file": "write",
    "copy-file": "read", "rename-file": "delete", "make-directory": "write", "set-file-modes": "mode",
    "url-retrieve": "url", "url-retrieve-synchronously": "url", "url-copy-file": "url",
}  # fmt: skip
Form = list["Form | Word | str"]


def elisp(script: Tape) -> list[Found]:
    """Emacs Lisp: calls of the process, load and file functions with literal arguments."""
    result: list[Found] = []
    stack: list[Form] = [[]]
    cursor = Cursor(script.text)
    while char := cursor.peek():
        if char in " \t\r\n'`,@#":
            cursor.take()
        elif char == ";":
            cursor.until("\n")
        elif char in "([":
            cursor.take()
            stack.append([])
        elif char in ")]":
            cursor.take()
            if len(stack) == 1:
                raise refuse("elisp: a parenthesis closes nothing")
            form = stack.pop()
            result.extend(_form(form))
            stack[-1].append(form)
        elif char == '"':
            cursor.take()
            stack[-1].append(script.word(_lisp_string(cursor)))
        elif char == "?":
            cursor.at += 3 if cursor.peek(1) == "\\" else 2
        else:
            stack[-1].append(cursor.until(" \t\r\n()[]\";'`,") or cursor.take())
    if len(stack) > 1:
        raise refuse("elisp: a parenthesis is not closed")
    return result


def _form(form: Form) -> list[Found]:
    """What one call does."""
    name = form[0] if form and isinstance(form[0], str) else ""
    args = form[1:]
    what = f"elisp {name}"
    if name in _LISP_SHELLS:
        texts = [arg for arg in args if isinstance(arg, Word)]
        return [found("shell", texts[-1], what)] if texts else [act("run", "computed", what)]
    if name in _LISP_VECTORS:
        first, rest = _LISP_VECTORS[name]
        words = [
            arg if isinstance(arg, Word) else Word((Unknown("computed", str(arg)),))
            for arg in (*args[first : first + 1], *args[rest:])
        ]
        literal = bool(words) and words[0].text is not None
        return [argv(tuple(words), what)] if literal else [act("run", "computed", what)]
    if name == "make-process":
        lists = [arg for arg in args if isinstance(arg, list) and arg and isinstance(arg[0], Word)]
        return (
            [argv(tuple(word for word in lists[0] if isinstance(word, Word)), what)]
            if lists
            else [act("run", "computed", what)]
        )
    if name == "write-region" and len(args) > 2 and isinstance(args[2], Word):  # noqa: PLR2004 - start, end, file
        return [found("write", args[2], what)]
    if name in _LISP_FILES and args and isinstance(args[0], Word):
        result = [found(_LISP_FILES[name], args[0], what)]
        if name in {"copy-file", "rename-file", "url-copy-file"} and len(args) > 1 and isinstance(args[1], Word):
            result.append(found("write", args[1], what))
        return result
    return []
