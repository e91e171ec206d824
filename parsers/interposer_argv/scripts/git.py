"""git's own small languages: alias values, remotes, refspecs and `key=value` of `-c`.

Facts: git-config(1) (alias.*), gitremote-helpers(7), gitremote-ext(1), git-fetch(1) "GIT URLS", git-push(1) refspec;
connect.c and transport.c of git 2.39 for what is a scheme.
"""

from typing import Final

from interposer_argv.grammar import Slot
from interposer_argv.scripts.found import Found, act, found
from interposer_argv.scripts.tape import Cursor, Tape, has_opaque, is_opaque, refuse

_SCHEME: Final = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+-.")
_BUILT_IN: Final = frozenset({"file", "git", "ssh", "git+ssh", "ssh+git", "http", "https", "ftp", "ftps"})
_BLANK: Final = " \t\n\r\v\f"


def alias(script: Tape) -> list[Found]:
    """`!TEXT` is shell text, to which git adds the arguments; anything else is words of git's own command line."""
    if script.text.startswith("!"):
        return [found("shell", script.word(script.text[1:]), "git alias !")]
    if script.text and is_opaque(script.text[0]):
        raise refuse("git alias: its first character is not known")
    words = tuple(script.word(word) for word in _split(script.text))
    return [Found(Slot("flags"), words, "git alias")] if words else []


def _split(text: str) -> list[str]:
    """Words as git's split_cmdline makes them: blanks part, both quotes group, a backslash protects."""
    cursor = Cursor(text)
    words: list[str] = []
    while True:
        cursor.skip(_BLANK)
        if not cursor.peek():
            return words
        word: list[str] = []
        quote = ""
        while (char := cursor.peek()) and (quote or char not in _BLANK):
            cursor.take()
            if char == quote:
                quote = ""
            elif not quote and char in "'\"":
                quote = char
            elif char == "\\" and quote != "'":
                word.append(cursor.take() or "\\")
            else:
                word.append(char)
        if quote:
            raise refuse("git alias: unclosed quote")
        words.append("".join(word))


def remote(script: Tape) -> list[Found]:
    """A remote or URL: what it connects to, or the program that it starts (`ext::COMMAND`, `HELPER::ADDRESS`)."""
    text = script.text
    length = 0
    while length < len(text) and text[length] in _SCHEME:
        length += 1
    scheme, rest = text[:length], text[length:]
    if rest.startswith("::"):
        return _helper(script, scheme, rest[2:])
    if scheme and rest.startswith("://"):
        return _url(script, scheme, rest[3:])
    if not length and is_opaque(text[:1]):
        return []
    return _short(script, text)


def _helper(script: Tape, scheme: str, address: str) -> list[Found]:
    """`SCHEME::ADDRESS` starts git-remote-SCHEME."""
    if scheme == "ext":
        return [Found(Slot("argv"), tuple(script.word(word) for word in _external(address)), "git ext::")]
    if scheme == "fd":
        return []
    if scheme in _BUILT_IN:
        return [found("url", script.word(address), f"git {scheme}::")]
    return [found("run", script.word(f"git-remote-{scheme}"), f"git {scheme}::")]


def _external(address: str) -> list[str]:
    """The argv of `ext::`: spaces part, `% ` is a space, `%%` a percent sign, words from `%G` and `%V` are dropped."""
    cursor = Cursor(address)
    words = [""]
    while char := cursor.take():
        if char == "%" and cursor.peek() in {" ", "%"}:
            words[-1] += cursor.take()
        elif char == " ":
            words.append("")
        elif char == "%" and cursor.peek() in {"G", "V"} and not words[-1]:
            cursor.until(" ")
        else:
            words[-1] += char
    words = [word for word in words if word]
    if not words:
        raise refuse("git: `ext::` names no command")
    return words


def _url(script: Tape, scheme: str, rest: str) -> list[Found]:
    """`SCHEME://REST`; a scheme that git does not know by itself starts git-remote-SCHEME."""
    if scheme == "file":
        return [found("read", script.word(rest), "git file://")]
    if scheme not in _BUILT_IN:
        return [found("run", script.word(f"git-remote-{scheme}"), f"git {scheme}://")]
    host = rest.split("/", maxsplit=1)[0].rpartition("@")[2].removeprefix("[")
    if host.startswith("-"):
        return [_option_as_host(script, rest)]
    return [found("url", script.word(script.text), "git url")]


def _option_as_host(script: Tape, rest: str) -> Found:
    """A host that ssh would take for an option; git refuses it since 2.14.1 (CVE-2017-1000117)."""
    lowered = rest.lower()
    place = lowered.find("proxycommand=")
    if place >= 0:
        return found("shell", script.word(rest[place + len("proxycommand=") :]), "git host that is an ssh option")
    return act("unknown", "option-in-host", "git host that is an ssh option")


def _short(script: Tape, text: str) -> list[Found]:
    """`[USER@]HOST:PATH`, a path, or the name of a remote (nothing)."""
    colon, slash = text.find(":"), text.find("/")
    if colon > 0 and (slash < 0 or colon < slash):
        host = text[:colon].rpartition("@")[2].removeprefix("[")
        if host.startswith("-"):
            return [_option_as_host(script, text)]
        return [found("host", script.word(host), "git host:path")]
    if slash >= 0 or text.startswith((".", "~")):
        return [found("read", script.word(text), "git path")]
    return []


def refspec(script: Tape) -> list[Found]:
    """`[+]SRC[:DST]`: the branch that is changed, in a slot `refspec`, detail `force`, `delete` or none."""
    text = script.text
    forced = text.startswith("+")
    source, colon, target = text.removeprefix("+").partition(":")
    detail = "delete" if colon and not source and target else "force" if forced else ""
    branch = (target if colon else source).removeprefix("refs/heads/")
    if is_opaque(text[:1]) and not detail:
        detail = "unknown"
    return [Found(Slot("refspec", detail), (script.word(branch),), "git refspec")] if branch else []


def pair(script: Tape) -> list[Found]:
    """`KEY=VALUE` of `git -c`: key (lower case but for its subsection) and value as two words of a slot `setting`.

    The first `=` parts them; without one the value is `true`. Blanks in a key are an error to git.
    """
    key, equals, value = script.text.partition("=")
    section, dot, rest = key.partition(".")
    if not dot or not rest or has_opaque(key) or any(char in _BLANK for char in (section + rest.rpartition(".")[2])):
        raise refuse("git: the configuration key is not valid or not known")
    middle, inner_dot, name = rest.rpartition(".")
    lowered = f"{section.lower()}.{middle}{inner_dot}{name.lower()}"
    words = (script.word(lowered), script.word(value if equals else "true"))
    return [Found(Slot("setting"), words, "git -c")]
