"""tmux command sequences and keys, fzf key bindings, jq programs.

Facts: tmux(1) 3.3 COMMAND PARSING AND EXECUTION; fzf(1) 0.38 KEY/EVENT BINDINGS; jq 1.6 manual, "Modules".
"""

from typing import Final

from interposer_argv.scripts.found import Found, found
from interposer_argv.scripts.tape import Cursor, Tape, is_opaque, refuse

_COMMANDS: Final = {
    "new-session": ("new-session", "new"), "new-window": ("new-window", "neww"), "split-window": ("split-window",
    "splitw"),
    "respawn-pane": ("respawn-pane", "respawnp"), "respawn-window": ("respawn-window", "respawnw"),
    "run-shell": ("run-shell", "run"), "if-shell": ("if-shell", "if"), "pipe-pane": ("pipe-pane", "pipep"),
    "display-popup": ("display-popup", "popup"), "set-option": ("set-option", "set", "set-window-option", "setw"),
    "send-keys": ("send-keys", "send"), "source-file": ("source-file", "source"), "bind-key": ("bind-key", "bind"),
    "set-hook": ("set-hook",), "command-prompt": ("command-prompt",), "confirm-before": ("confirm-before", "confirm"),
    "save-buffer": ("save-buffer", "saveb"), "load-buffer": ("load-buffer", "loadb"), "copy-mode": ("copy-mode",),
    "set-environment": ("set-environment", "setenv"), "display-menu": ("display-menu", "menu"),
}  # fmt: skip
_NAMES: Final = {alias: name for name, aliases in _COMMANDS.items() for alias in aliases}
_VALUES: Final = {
    "new-session": "ceFfnstxy", "new-window": "ceFnt", "split-window": "ceFlt", "respawn-pane": "cet",
    "respawn-window": "cet",
    "run-shell": "dt", "if-shell": "t", "pipe-pane": "t", "display-popup": "bcdeEhsStTwxy", "set-option": "t",
    "send-keys": "Nt",
    "source-file": "t", "bind-key": "NT", "set-hook": "t", "command-prompt": "IptT", "confirm-before": "cpt",
    "save-buffer": "b", "load-buffer": "bt", "set-environment": "t",
}  # fmt: skip
_PROGRAMS: Final = frozenset({"default-command", "default-shell", "copy-command", "lock-command", "editor"})
_KEYS: Final = frozenset(
    {"Enter", "Escape", "Space", "Tab", "BSpace", "BTab", "Up", "Down", "Left", "Right", "Home", "End", "NPage",
    "PPage",
     "PageUp", "PageDown", "PgUp", "PgDn", "IC", "DC", "KPEnter", "C-m", "C-j", "C-c", "C-d", "C-l", "C-u", "C-z", "q"}
)  # fmt: skip
_DEPTH: Final = 8


def tmux(script: Tape) -> list[Found]:
    """A sequence of tmux commands, parted by `;`."""
    return _sequence(script, script.text, 0)


def tmux_keys(script: Tape) -> list[Found]:
    """One argument of `send-keys`: a key's name, or text that is typed into what runs there."""
    if script.text in _KEYS or (len(script.text) == 3 and script.text[:2] in {"C-", "M-", "S-"}):  # noqa: PLR2004 - C-x
        return []
    return [found("shell", script.word(script.text), "tmux send-keys")] if script.text.strip() else []


def _sequence(script: Tape, text: str, depth: int) -> list[Found]:
    if depth > _DEPTH:
        raise refuse("tmux: commands in commands are nested too deeply")
    result: list[Found] = []
    cursor = Cursor(text)
    words: list[str] = []
    while True:
        cursor.skip(" \t")
        char = cursor.peek()
        if not char or char in ";\n":
            result.extend(_tmux(script, words, depth) if words else ())
            words = []
            if not char:
                return result
            cursor.take()
        elif char == "#":
            cursor.until("\n")
        elif char == "{":
            words.append(_block(cursor))
        else:
            words.append(_word(cursor))


def _block(cursor: Cursor) -> str:
    """`{ COMMANDS }`."""
    start = cursor.at + 1
    depth = 0
    while char := cursor.take():
        depth += (char == "{") - (char == "}")
        if not depth:
            return cursor.text[start : cursor.at - 1]
    raise refuse("tmux: a brace is not closed")


def _word(cursor: Cursor) -> str:
    """One word: both quotes group, a backslash protects."""
    result: list[str] = []
    quote = ""
    while (char := cursor.peek()) and (quote or char not in " \t\n;"):
        cursor.take()
        if char == quote:
            quote = ""
        elif char == "\\" and quote != "'":
            result.append(cursor.take())
        elif not quote and char in "'\"":
            quote = char
        else:
            result.append(char)
    if quote:
        raise refuse("tmux: unclosed quote")
    return "".join(result)


def _tmux(  # noqa: C901, PLR0912 - one branch for each kind of command
    script: Tape, words: list[str], depth: int
) -> list[Found]:
    """One command."""
    if is_opaque(words[0][:1]):
        raise refuse("tmux: a command that is not known")
    fits = [name for alias, name in _NAMES.items() if alias == words[0]]
    fits = fits or sorted({name for name in _COMMANDS if name.startswith(words[0])})
    if not fits:
        return []
    name = fits[0]
    flags, operands = _options(words[1:], _VALUES.get(name, ""))
    what = f"tmux {name}"
    match name:
        case (
            "new-session"
            | "new-window"
            | "split-window"
            | "respawn-pane"
            | "respawn-window"
            | "pipe-pane"
            | "display-popup"
        ):
            return [found("shell", script.word(" ".join(operands)), what)] if operands else []
        case "run-shell" if operands:
            if "C" in flags:
                return _sequence(script, operands[0], depth + 1)
            return [found("shell", script.word(operands[0]), what)]
        case "if-shell" if operands:
            test = [] if "F" in flags else [found("shell", script.word(operands[0]), what)]
            return test + [entry for inner in operands[1:] for entry in _sequence(script, inner, depth + 1)]
        case "set-option" if len(operands) > 1 and operands[0] in _PROGRAMS:
            return [found("shell", script.word(operands[1]), f"{what} {operands[0]}")]
        case "send-keys":
            text = " ".join("" if key in _KEYS else key for key in operands).strip()
            return [found("shell", script.word(text), what)] if text else []
        case "source-file":
            return [found("load", script.word(path), what) for path in operands]
        case "bind-key" | "set-hook" if len(operands) > 1:
            if operands[2:]:
                return _tmux(script, operands[1:], depth + 1)
            return _sequence(script, operands[1], depth + 1)
        case "command-prompt" | "confirm-before":
            return [entry for inner in operands for entry in _sequence(script, inner, depth + 1)]
        case "save-buffer" | "load-buffer" if operands:
            return [found("write" if name == "save-buffer" else "read", script.word(operands[-1]), what)]
        case "set-environment" if len(operands) > 1:
            return [found("env-assign", script.word(f"{operands[0]}={operands[1]}"), what)]
    return []


def _options(words: list[str], values: str) -> tuple[set[str], list[str]]:
    """Flags that are given, and the operands, by getopt's rules."""
    flags: set[str] = set()
    place = 0
    while place < len(words) and words[place].startswith("-") and len(words[place]) > 1:
        if words[place] == "--":
            place += 1
            break
        for at, flag in enumerate(words[place][1:], 2):
            flags.add(flag)
            if flag in values:
                place += 1 if at == len(words[place]) else 0
                break
        place += 1
    return flags, words[place:]


_ACTIONS: Final = (
    "execute-silent", "execute-multi", "execute", "become", "reload-sync", "reload", "change-preview", "preview",
    "transform-header", "transform-prompt", "transform-query", "transform-border-label", "transform-preview-label",
    "transform",
    "bg-transform",
)  # fmt: skip
_CLOSE: Final = {"(": ")", "[": "]", "{": "}", "<": ">"}


def fzf_bind(script: Tape) -> list[Found]:
    """`KEY:ACTION+ACTION(TEXT),KEY:ACTION:TEXT`: the text of actions that start a shell."""
    result: list[Found] = []
    cursor = Cursor(script.text)
    lowered = script.text.lower()
    while cursor.peek():
        place = cursor.at
        before = cursor.text[place - 1 : place]
        name = next((name for name in _ACTIONS if lowered.startswith(name, place)), "") if before else ""
        if not name or before not in ":+,":
            cursor.take()
            continue
        cursor.at += len(name)
        opening = cursor.take()
        if opening == ":":
            text = cursor.text[cursor.at :]
            cursor.at = cursor.end
        elif not opening or opening.isalnum() or opening in "-_+, ":
            continue
        else:
            text = _argument(cursor, _CLOSE.get(opening, opening))
        result.append(found("shell", script.word(text), f"fzf {name}"))
    return result


def _argument(cursor: Cursor, close: str) -> str:
    """Text up to a `close` that `,`, `+` or the end follows."""
    start = cursor.at
    while char := cursor.take():
        if char == close and cursor.peek() in {"", ",", "+"}:
            return cursor.text[start : cursor.at - 1]
    raise refuse("fzf: an action is not closed")


def jq(script: Tape) -> list[Found]:
    """Jq starts nothing; `import` and `include` read modules, whose text is jq too."""
    result: list[Found] = []
    cursor = Cursor(script.text)
    while char := cursor.peek():
        if char == "#":
            cursor.until("\n")
        elif char == '"':
            _string(cursor)
        elif char.isalpha() or char in "_$@.":
            start = cursor.at
            cursor.take()
            while (char := cursor.peek()) and (char.isalnum() or char in "_:"):
                cursor.take()
            if cursor.text[start : cursor.at] in {"import", "include"}:
                name = cursor.text[start : cursor.at]
                cursor.skip(" \t\n")
                if cursor.peek() == '"':
                    result.append(found("read", script.word(_string(cursor)), f"jq {name}"))
        else:
            cursor.take()
    return result


def _string(cursor: Cursor) -> str:
    r"""A string, interpolations `\(..)` included, as written."""
    start = cursor.at + 1
    cursor.take()
    depth = 0
    while char := cursor.take():
        if char == "\\" and cursor.peek() == "(":
            depth += 1
            cursor.take()
        elif char == "\\":
            cursor.take()
        elif depth:
            depth += (char == "(") - (char == ")")
        elif char == '"':
            return cursor.text[start : cursor.at - 1]
    raise refuse("jq: a string is not closed")
