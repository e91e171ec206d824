"""socat addresses, lftp commands, ssh options, curl forms and configuration.

Facts: socat(1) 1.7 ADDRESS SPECIFICATIONS and ADDRESS TYPES; lftp(1) 4.9; ssh_config(5); curl(1) 7.88 `--form`,
`--config`.
"""

from typing import Final

from interposer_argv.grammar import Slot
from interposer_argv.scripts.found import Found, act, found
from interposer_argv.scripts.tape import Cursor, Tape, has_opaque, is_opaque, refuse

_CONNECTS: Final = frozenset(
    {"tcp", "tcp4", "tcp6", "tcp-connect", "tcp4-connect", "tcp6-connect", "udp", "udp4", "udp6", "udp-connect",
     "udp4-connect", "udp6-connect", "udp-sendto", "udp4-sendto", "udp6-sendto", "udp-datagram", "udp4-datagram",
     "openssl", "openssl-connect", "ssl", "ssl-connect", "sctp", "sctp-connect", "ip", "ip-sendto", "dtls", "inet",
     "openssl-dtls-client", "proxy", "proxy-connect", "socks", "socks4", "socks4a", "socks5", "ip4-sendto",
     "ip-datagram",
     "openssl-dtls-connect", "vsock", "vsock-connect"}
)  # fmt: skip
_OPENS: Final = {
    "open": "write", "file": "write", "gopen": "write", "create": "write", "creat": "write", "pipe": "write",
    "fifo": "write",
    "unix-connect": "write", "unix-client": "write", "unix": "write", "unix-listen": "write", "local": "write",
    "pty": "text",
}  # fmt: skip


def socat(script: Tape) -> list[Found]:
    """One address, or two joined by `!!`."""
    return [entry for address in _split(script.text, "!!") for entry in _address(script, address)]


def _split(text: str, mark: str) -> list[str]:
    """`text` parted by `mark` outside quotes, brackets and escapes, as written."""
    cursor = Cursor(text)
    result: list[str] = []
    start = 0
    stack: list[str] = []
    while char := cursor.peek():
        if char == "\\":
            cursor.at += 2
        elif stack and char == stack[-1]:
            stack.pop()
            cursor.take()
        elif stack and stack[-1] in "'\"":
            cursor.take()
        elif char in "'\"":
            stack.append(char)
            cursor.take()
        elif char in "([{":
            stack.append({"(": ")", "[": "]", "{": "}"}[char])
            cursor.take()
        elif not stack and text.startswith(mark, cursor.at):
            result.append(text[start : cursor.at])
            cursor.at += len(mark)
            start = cursor.at
        else:
            cursor.take()
    return [*result, text[start:]]


def _plain(text: str) -> str:
    """A parameter without its quotes and backslashes."""
    cursor = Cursor(text)
    result: list[str] = []
    quote = ""
    while char := cursor.take():
        if char == "\\":
            result.append(cursor.take())
        elif char == quote:
            quote = ""
        elif not quote and char in "'\"":
            quote = char
        else:
            result.append(char)
    return "".join(result)


def _address(script: Tape, text: str) -> list[Found]:
    parts = _split(text, ",")
    name, colon, value = parts[0].partition(":")
    if "/" in name:
        return [found("write", script.word(_plain(parts[0])), "socat GOPEN")]
    keyword = name.lower()
    if has_opaque(name) and colon:
        raise refuse("socat: an address whose type is not known")
    what = f"socat {name}"
    plain = _plain(value)
    if keyword == "exec":
        result = [found("words", script.word(plain), what)]
    elif keyword in {"system", "shell"}:
        result = [found("shell", script.word(plain), what)]
    elif "listen" in keyword or keyword in {"udp-recv", "udp-recvfrom", "udp4-recv", "udp4-recvfrom", "ip-recv"}:
        result = [act("listen", "", what)]
    elif keyword in _CONNECTS:
        result = [found("host", script.word(plain.partition(":")[0] or plain), what)]
    elif keyword in _OPENS:
        readonly = any(option.strip() in {"rdonly", "o-rdonly"} for option in parts[1:])
        result = [found("read" if readonly else _OPENS[keyword], script.word(plain), what)]
    else:
        result = []
    for option in parts[1:]:
        key, _, setting = option.strip().partition("=")
        if key.lower() in {"shell", "path", "link", "chroot"} and setting:
            result.append(
                found("run" if key.lower() == "shell" else "write", script.word(_plain(setting)), f"socat {key}=")
            )
    return result


_LFTP_WRITES: Final = frozenset({"get", "mget", "pget", "get1", "mirror", "lcd"})
_LFTP_SENDS: Final = frozenset({"put", "mput", "put1"})
_LFTP_PREFIX: Final = frozenset({"queue", "repeat", "at", "bookmark", "command", "eval", "local", "exit", "kill"})


def lftp(script: Tape) -> list[Found]:
    """Lftp commands; `!` takes the rest of its line, `|` hands output to a shell command, `>` to a file."""
    result: list[Found] = []
    cursor = Cursor(script.text)
    while cursor.peek():
        cursor.skip(" \t\n;&()")
        if cursor.peek() == "!":
            cursor.take()
            text = cursor.line().strip()
            result.append(found("shell", script.word(text), "lftp !") if text else act("run", "prompt", "lftp !"))
        elif cursor.peek() == "#":
            cursor.line()
        elif cursor.peek():
            result.extend(_lftp(script, cursor))
    return result


def _lftp(  # noqa: C901, PLR0912 - one branch for each kind of command
    script: Tape, cursor: Cursor
) -> list[Found]:
    """One command up to `;`, `&&`, `||` or the end of the line, with its pipe or redirection."""
    words, tail = _lftp_words(cursor)
    result: list[Found] = []
    if not words:
        cursor.take()
        return result
    if is_opaque(words[0][:1]):
        raise refuse("lftp: a command that is not known")
    while words and words[0] in _LFTP_PREFIX:
        words = words[1:]
        while words and (words[0].startswith("-") or words[0].isdecimal()):
            words = words[1:]
    name, args = (words[0], words[1:]) if words else ("", [])
    plain = [arg for arg in args if not arg.startswith("-")]
    what = f"lftp {name}"
    if name.startswith("!"):
        result.append(found("shell", script.word(" ".join([name[1:], *args])), "lftp !"))
    elif name == "shell":
        text = " ".join(args)
        result.append(found("shell", script.word(text), what) if text else act("run", "prompt", what))
    elif name in {"source", "."} and plain:
        result.append(found("shell" if "-e" in args else "load", script.word(" ".join(plain)), what))
    elif name in {"open", "connect", "lftp", "o"} and plain:
        kind = "url" if "://" in plain[-1] else "host"
        result.append(found(kind, script.word(plain[-1]), what))
        for flag in ("-e", "-c"):
            if flag in args and args.index(flag) + 1 < len(args):
                result.extend(lftp(Tape(args[args.index(flag) + 1], script.unknowns, script.span)))
    elif name in _LFTP_SENDS or (name == "mirror" and any(arg in {"-R", "--reverse"} for arg in args)):
        result.extend(found("send", script.word(arg), what) for arg in plain[:1])
    elif name in _LFTP_WRITES and "-o" in args and args.index("-o") + 1 < len(args):
        result.append(found("write", script.word(args[args.index("-o") + 1]), what))
    elif (
        name == "set" and len(args) > 1 and args[0].partition("/")[0].endswith(("program", "connect-program", ":shell"))
    ):
        result.append(found("shell", script.word(args[1]), what))
    if tail.startswith("|"):
        result.append(found("shell", script.word(tail[1:].strip()), "lftp |"))
    elif tail.startswith(">"):
        result.append(found("write", script.word(tail.lstrip(">").strip()), "lftp >"))
    return result


def _lftp_words(cursor: Cursor) -> tuple[list[str], str]:
    """The words of a command, and what follows an unquoted `|` or `>` up to the end of the command."""
    words: list[str] = []
    current: list[str] | None = None
    quote = ""
    while char := cursor.peek():
        if not quote and char in "\n;|>&":
            break
        cursor.take()
        if char == "\\":
            current = [*(current or []), cursor.take()]
        elif char == quote:
            quote = ""
        elif not quote and char in "'\"":
            quote = char
            current = current or []
        elif not quote and char in " \t":
            words += ["".join(current)] if current is not None else []
            current = None
        else:
            current = current or []
            current.append(char)
    if quote:
        raise refuse("lftp: unclosed quote")
    words += ["".join(current)] if current is not None else []
    if cursor.peek() in {"|", ">"} and cursor.peek(1) != "|":
        return words, cursor.until("\n;")
    return words, ""


def ssh_option(script: Tape) -> list[Found]:
    """`KEY=VALUE` or `KEY VALUE`: the key in lower case and the value as two words of a slot `setting`."""
    cursor = Cursor(script.text)
    cursor.skip(" \t")
    key = cursor.until(" \t=")
    if has_opaque(key):
        raise refuse("ssh: an option whose key is not known")
    cursor.skip(" \t")
    if cursor.peek() == "=":
        cursor.take()
        cursor.skip(" \t")
    value = cursor.text[cursor.at :].strip()
    if len(value) > 1 and value[0] == value[-1] == '"':
        value = value[1:-1]
    return [Found(Slot("setting"), (script.word(key.lower()), script.word(value)), "ssh option")] if key else []


def curl_form(script: Tape) -> list[Found]:
    """`name=@FILE[,FILE][;type=T]` and `name=<FILE` send files; other forms send text."""
    _, equals, value = script.text.partition("=")
    if not equals or value[:1] not in {"@", "<"}:
        return []
    result: list[Found] = []
    for part in _split(value[1:], ","):
        pieces = _split(part, ";")
        result.append(found("send", script.word(_plain(pieces[0])), f"curl form {value[0]}"))
        headers = (piece.strip()[len("headers=@") :] for piece in pieces[1:] if piece.strip().startswith("headers=@"))
        result.extend(found("send", script.word(_plain(name)), "curl form headers=@") for name in headers)
    return [entry for entry in result if entry.words[0].text != "-"]


def curl_config(script: Tape) -> list[Found]:
    """One option a line (`key = value`, `--key value`, `-k value`): option and value as words of a slot `flags`."""
    result: list[Found] = []
    for line in script.text.split("\n"):
        text = line.strip()
        if not text or text.startswith("#"):
            continue
        cursor = Cursor(text)
        key = cursor.until(" \t=:")
        if has_opaque(key):
            raise refuse("curl: an option whose name is not known")
        cursor.skip(" \t=:")
        value = _curl_value(cursor)
        option = key if key.startswith("-") else f"--{key}"
        words = (script.word(option), *((script.word(value),) if value else ()))
        result.append(Found(Slot("flags"), words, "curl config"))
    return result


def _curl_value(cursor: Cursor) -> str:
    """A value: quoted with escapes, or up to the next blank."""
    if cursor.peek() != '"':
        return cursor.until(" \t")
    cursor.take()
    result: list[str] = []
    while (char := cursor.take()) and char != '"':
        if char == "\\":
            char = cursor.take()
            char = {"n": "\n", "t": "\t", "r": "\r", "v": "\v"}.get(char, char)
        result.append(char)
    return "".join(result)
