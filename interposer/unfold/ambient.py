"""Configuration that a tool reads by itself: it can make a harmless-looking command execute."""

import posixpath
import tomllib
from collections.abc import Iterator
from typing import TYPE_CHECKING

from interposer.lists import is_like
from interposer.rulebook.model import Ambient
from interposer.unfold import making, slots
from interposer.unfold.manner import Manner
from interposer.world import FileText
from interposer_shell.word import literal

if TYPE_CHECKING:
    from interposer.rulebook import Rule
    from interposer.unfold.engine import Call, Engine

MAX_KEYS = 2000


def obeyed(engine: "Engine", call: "Call", rule: "Rule") -> None:
    """Judge the executing keys of every configuration file that the tool finds from where it stands.

    Files in the home folder are the person's own and are not looked at: an agent cannot write them.
    """
    for one in rule.ambient:
        if one.path.startswith("~"):
            continue
        making.obeyed_at(call, posixpath.join(call.scene.folder.path, one.path))
        path = _found(engine, call, one.path)
        known = _text(engine, call, path) if path else None
        if known is None:
            continue
        for key, value in entries(one.format, known.text):
            if _counts(call, one, key, fresh=known.fresh):
                _judge(engine, call, rule, posixpath.basename(path), key, value, fresh=known.fresh)


def _text(engine: "Engine", call: "Call", path: str) -> FileText | None:
    made = call.scene.made.get(path)
    return FileText(made.text, fresh=True) if made is not None and made.how == "text" else engine.world.ambient(path)


def _found(engine: "Engine", call: "Call", name: str) -> str:
    folder, top = call.scene.folder.path, engine.terrain.project
    while True:
        path = posixpath.join(folder, name)
        if _text(engine, call, path) is not None:
            return path
        if folder in {top, "/"} or not folder.startswith(top):
            return ""
        folder = posixpath.dirname(folder)


def _counts(call: "Call", one: Ambient, key: str, *, fresh: bool) -> bool:
    """A file that the session wrote counts whole; of an older one only the keys that no ordinary set-up has."""
    if key.startswith("alias."):
        return call.reading is not None and any(word.text == key[6:] for word in call.reading.unread)
    return fresh or not one.keys or any(is_like(pattern, key) for pattern in one.keys)


def _judge(engine: "Engine", call: "Call", rule: "Rule", file: str, key: str, value: str, *, fresh: bool) -> None:
    option = rule.config_option(key)
    if option is None:
        return
    before = len(call.node.effects)
    scene = call.scene
    if not fresh and all(slot.kind in {"load", "config", "text", "setting"} for slot in option.slots):
        call.scene = engine.with_origin(scene, "tool")
    slots.option_values(engine, call, option, (literal(value, call.node.span),), Manner("config", f"{file}: {key}"))
    call.scene = scene
    if len(call.node.effects) > before:
        call.node.findings.add("ambient-config")


def entries(form: str, text: str) -> Iterator[tuple[str, str]]:
    """Keys in lower case with their values, as the file's own format reads; a malformed file has none."""
    match form:
        case "git-config":
            yield from _git_config(text)
        case "toml":
            yield from _toml(text)
        case _:
            yield from _lines(text)


def _git_config(text: str) -> Iterator[tuple[str, str]]:
    """git-config(1), CONFIGURATION FILE, Syntax: sections, quoted subsections, continuation lines, comments."""
    section = ""
    for line in text.replace("\\\n", "").split("\n")[:MAX_KEYS]:
        bare = line.strip()
        if not bare or bare[0] in "#;":
            continue
        if bare.startswith("["):
            head, _, rest = bare[1:].partition("]")
            name, quote, sub = head.partition('"')
            section = name.strip().lower() + (f".{sub.rstrip().removesuffix(quote)}" if quote else "")
            bare = rest.strip()
            if not bare:
                continue
        key, equals, value = bare.partition("=")
        yield f"{section}.{key.strip().lower()}", _git_value(value) if equals else "true"


def _git_value(text: str) -> str:
    found, quoted, at = "", False, 0
    text = text.strip()
    while at < len(text):
        char = text[at]
        if char == "\\" and at + 1 < len(text):
            at += 1
            found += {"n": "\n", "t": "\t", "b": "\b"}.get(text[at], text[at])
        elif char == '"':
            quoted = not quoted
        elif char in "#;" and not quoted:
            break
        else:
            found += char
        at += 1
    return found.strip()


def _toml(text: str) -> Iterator[tuple[str, str]]:
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return
    waiting: list[tuple[str, object]] = [("", table)]
    for _ in range(MAX_KEYS):
        if not waiting:
            return
        name, value = waiting.pop()
        if isinstance(value, dict):
            waiting += [(f"{name}.{key}".strip("."), inner) for key, inner in value.items()]
        elif isinstance(value, list):
            yield name.lower(), " ".join(str(item) for item in value)
        else:
            yield name.lower(), str(value)


def _lines(text: str) -> Iterator[tuple[str, str]]:
    """`key = value` lines with `#` and `;` comments and `[section]` headings: ini, npmrc, go env."""
    section = ""
    for line in text.split("\n")[:MAX_KEYS]:
        bare = line.strip()
        if not bare or bare[0] in "#;":
            continue
        if bare.startswith("[") and bare.endswith("]"):
            section = bare[1:-1].strip().lower() + "."
            continue
        key, equals, value = bare.partition("=")
        if equals:
            yield section + key.strip().lower(), value.strip().strip("\"'")
