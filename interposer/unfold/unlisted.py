"""A tool without a rule: allowed when its argv carries nothing that is recognisably a command."""

import re
from typing import TYPE_CHECKING

from interposer.unfold import embedded, nesting, pathing
from interposer.unfold.manner import Manner
from interposer_shell.word import Word

if TYPE_CHECKING:
    from interposer.unfold.engine import Call, Engine

_OPTION = re.compile(
    r"^--?(?:.*[-_.])?(?:exec|execute|command|cmd|shell|program|pager|editor|hook|rsh|preload|launcher|wrapper|askpass|helper|on-\w+|pre|unzip-command|filter-command|script|handler|runner|interpreter|browser|invoke|spawn|run)$",
    re.IGNORECASE,
)
_PROGRAM = re.compile(r"^(?:/(?:usr/)?(?:local/)?s?bin/[\w.+-]+|\.{1,2}/\S+|/(?:tmp|path|task|dev/shm)/\S+)")
_CARRIER = re.compile(r"^(?:exec:|EXEC:|system:|SYSTEM:|shell:|SHELL:|\|)\s*\S")


def bare_shell(engine: "Engine", call: "Call", words: list[Word]) -> None:
    """A shell named by path among the plain operands of a tool whose grammar is open."""
    for word in words:
        if word.text and "/" in word.text and _is_shell(engine, word.text):
            why = f"a shell stands among the arguments of {call.program.name}"
            engine.found(call, "run", word, nested="shell", why=why)


def _secrets(engine: "Engine", call: "Call", words: tuple[Word, ...]) -> None:
    """Operands that name a file in a secret store: a program that is not known to keep keys shows what it reads."""
    if engine.lists.has("key-users", call.program.name):
        return
    for word in words:
        views = engine.viewer.views(word, call.scene) if not word.head.startswith("-") else ()
        if any("/" in view.text and pathing.spot_of(engine, call, view)[0].place == "secret" for view in views):
            pathing.path_effect(engine, call, "read", word, Manner())


def suspect(engine: "Engine", call: "Call", words: tuple[Word, ...]) -> None:
    """Look for a shell, a command line or an option that names a program in the argv of an unlisted tool."""
    if engine.lists.has("names-only", call.program.name):
        return
    _secrets(engine, call, words)
    embedded.suspect(engine, call, words)
    for index, word in enumerate(words):
        text = word.text
        if text is None or not text:
            continue
        following = words[index + 1] if index + 1 < len(words) else None
        before = words[index - 1].text or "" if index else ""
        if _OPTION.match(text.partition("=")[0]) and text.startswith("-") and _judged(engine, call, word, following):
            return
        why = _carried(engine, text, before, following)
        if why:
            option = text.partition("=")[0] if text.startswith("-") else ""
            manner = Manner("option" if option else "operand", option)
            engine.found(call, "run", word, manner, nested="shell", why=f"{call.program.name} is not listed, and {why}")
            return


_EXECUTES = frozenset({"-e", "-c", "-x", "--command", "--execute", "--eval", "--exec"})


def _carried(engine: "Engine", text: str, before: str, following: Word | None) -> str:
    if _is_shell(engine, text) and ("/" in text or (following is not None and following.head.startswith("-"))):
        return "a shell stands among its arguments"
    if text.startswith("!") and before in _EXECUTES:
        return f"`{_clip(text)}` is a command to run"
    if _CARRIER.match(text):
        return f"`{_clip(text)}` is a command to run"
    first, space, _ = text.partition(" ")
    if space and (_is_shell(engine, first) or re.match(r"^/(?:usr/)?(?:local/)?s?bin/[\w.+-]+$", first)):
        return f"`{_clip(text)}` is a command line"
    if re.search(r"(?:^|[\s;&|'\"(])/bin/(?:ba|da|z|k)?sh\b", text):
        return f"`{_clip(text)}` names a shell"
    return ""


def _judged(engine: "Engine", call: "Call", word: Word, following: Word | None) -> bool:
    """An option whose name says that its value is a command: read it as shell text, where it looks like one."""
    name, equals, _ = (word.text or "").partition("=")
    value = word.drop(len(name) + 1) if equals else following
    if value is None or not value.text or value.text.startswith("-"):
        return False
    bare = value.text[1:-1] if value.text[0] == value.text[-1] and value.text[0] in "'\"" else value.text
    first = bare.partition(" ")[0]
    known = engine.rulebook.find(first) is not None or engine.lists.has("ordinary", first) or _is_shell(engine, first)
    if not (_PROGRAM.match(bare) or (" " in bare and known) or re.search(r"[;&|`<>]|\$\(|\s#", bare)):
        return False
    nesting.shell_text(engine, call, Word((bare,), value.span), Manner("option", name, commands=True))
    return True


def _is_shell(engine: "Engine", text: str) -> bool:
    base = text.rpartition("/")[2]
    known = engine.lists.has("shells", base) and base not in {"busybox", "nu", "fish"}
    return known and (text == base or text.startswith(("/bin/", "/usr/bin/", "/usr/local/bin/")))


def _clip(text: str) -> str:
    return text if len(text) < 60 else text[:57] + "..."  # noqa: PLR2004 - short enough for one line
