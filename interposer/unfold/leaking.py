"""Secrets, the whole environment, or a shell's own input and output that reach the network."""

from typing import TYPE_CHECKING

from interposer.unfold.manner import Manner
from interposer.unfold.views import first_name
from interposer_shell.reading import Command
from interposer_shell.word import Word

if TYPE_CHECKING:
    from interposer.unfold.engine import Call, Engine

_NETWORK = frozenset({"fetch", "send", "escape"})
_ENVIRONMENT = frozenset({"env", "printenv", "set", "export", "declare"})
_SECRETS = frozenset({"secret", "env-file", "key"})
_PATH_MAX = 200


def leaks(engine: "Engine", call: "Call") -> None:
    """Note what leaves through `call`, where it reaches another machine: by a pipe or a redirection."""
    if call.fed is None or not any(one.kind in _NETWORK and one.detail != "harmless" for one in call.node.effects):
        return
    commands, indices = call.fed.reading.commands, call.fed.command.stdin
    if _shell_upstream(engine, commands, indices):
        why = "a shell wired to a socket"
        engine.found(
            call, "send", Word((call.node.line,), call.node.span), Manner("stdin"), detail="remote-shell", why=why
        )
    secret = _secret_upstream(engine, call, commands, indices) or _secret_file(engine, call)
    if secret:
        detail = "environment" if secret == "environment" else "secret"  # noqa: S105 - a word of the closed list
        why = "the whole environment leaves the machine" if detail == "environment" else "a secret leaves the machine"
        engine.found(call, "send", Word((secret,), call.node.span), Manner("stdin"), detail=detail, why=why)


def _shell_upstream(engine: "Engine", commands: tuple[Command, ...], indices: tuple[int, ...]) -> bool:
    """Whether a shell that runs what it is fed writes into this command."""
    for index in indices:
        words = commands[index].words if index < len(commands) else ()
        scriptless = all(word.head.startswith("-") and "c" not in word.head for word in words[1:])
        if words and scriptless and engine.lists.has("shells", first_name(commands[index], engine.lists)):
            return True
    return False


def _secret_upstream(engine: "Engine", call: "Call", commands: tuple[Command, ...], indices: tuple[int, ...]) -> str:
    waiting, seen = list(indices), set[int]()
    while waiting:
        index = waiting.pop()
        if index in seen or index >= len(commands):
            continue
        seen.add(index)
        command = commands[index]
        waiting += command.stdin
        name = (command.words[0].text or "") if command.words else ""
        if name in _ENVIRONMENT and (len(command.words) == 1 or name == "printenv"):
            return "environment"
        found = next((word.source for word in command.words[1:] if _is_secret(engine, call, word)), "")
        if found:
            return found
    return ""


def _secret_file(engine: "Engine", call: "Call") -> str:
    redirects = (*call.fed.command.inherits, *call.fed.command.redirects) if call.fed else ()
    files = [one.target for one in redirects if one.op == "<" and one.target is not None]
    return next((word.source for word in files if _is_secret(engine, call, word)), "")


def _is_secret(engine: "Engine", call: "Call", word: Word) -> bool:
    for view in engine.viewer.views(word, call.scene)[:1]:
        if not view.text or view.text.startswith("-") or len(view.text) > _PATH_MAX:
            return False
        return engine.terrain.spot(view.text, call.scene.folder.path).place in _SECRETS
    return False
