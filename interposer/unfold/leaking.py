"""Secrets, the whole environment, or a shell's own input and output that reach the network."""

from typing import TYPE_CHECKING

from interposer.unfold import making
from interposer.unfold.manner import Manner
from interposer.unfold.views import first_name
from interposer_shell.reading import Command
from interposer_shell.word import Word

if TYPE_CHECKING:
    from interposer.unfold.engine import Call, Engine

_NETWORK = frozenset({"fetch", "send", "escape"})
_ASKS = frozenset({"fetch", "send", "publish"})
_ENVIRONMENT = frozenset({"env", "printenv", "set", "export", "declare", "typeset"})
_PRINTS = frozenset({"-p", "-x", "-px", "-xp", "-0"})
_PICKS = frozenset({"grep", "egrep", "rg", "cut", "awk", "sed", "jq", "yq"})
_SECRETS = frozenset({"secret", "env-file", "key"})
_PATH_MAX = 200


def leaks(engine: "Engine", call: "Call") -> None:
    """Note what leaves through `call`, where it reaches another machine: by a pipe, a redirection or its own words."""
    kinds = {one.kind for one in call.node.effects if one.detail != "harmless"}
    asks = not kinds.isdisjoint(_ASKS) or engine.lists.has("senders", call.program.name)
    secret = _substituted(engine, call) or _own(engine, call) if asks else ""
    if call.fed is not None and (asks or not kinds.isdisjoint(_NETWORK)):
        commands, indices = call.fed.reading.commands, call.fed.command.stdin
        if _shell_upstream(engine, commands, indices):
            why = "a shell wired to a socket"
            engine.found(
                call, "send", Word((call.node.line,), call.node.span), Manner("stdin"), detail="remote-shell", why=why
            )
        secret = secret or _secret_upstream(engine, call, commands, indices) or _secret_file(engine, call)
    if secret:
        detail = "environment" if secret == "environment" else "secret"  # noqa: S105 - a word of the closed list
        why = "the whole environment leaves the machine" if detail == "environment" else "a secret leaves the machine"
        engine.found(call, "send", Word((secret,), call.node.span), Manner("stdin"), detail=detail, why=why)


def _substituted(engine: "Engine", call: "Call") -> str:
    """A secret whose text a substitution puts among the words; one value picked out of an `.env` is no leak."""
    reading = call.scene.reading
    if reading is None:
        return ""
    for unknown in (unknown for word in call.words[1:] for unknown in word.unknowns if unknown.commands):
        chain = making.chain_of(reading.commands, unknown.commands)
        picks = any(first_name(one, engine.lists) in _PICKS for one in chain)
        found = _secret_upstream(engine, call, reading.commands, unknown.commands, picks=picks)
        if found:
            return found
    return ""


def _own(engine: "Engine", call: "Call") -> str:
    """A secret that the command itself reads while its output goes to a network device (`cat .env > /dev/tcp/..`)."""
    if not any(one.kind == "send" and one.option.startswith((">", "&>")) for one in call.node.effects):
        return ""
    return next((word.source for word in call.words[1:] if _is_secret(engine, call, word)), "")


def _shell_upstream(engine: "Engine", commands: tuple[Command, ...], indices: tuple[int, ...]) -> bool:
    """Whether a shell that runs what it is fed writes into this command."""
    for index in indices:
        words = commands[index].words if index < len(commands) else ()
        scriptless = all(word.head.startswith("-") and "c" not in word.head for word in words[1:])
        if words and scriptless and engine.lists.has("shells", first_name(commands[index], engine.lists)):
            return True
    return False


def _secret_upstream(
    engine: "Engine", call: "Call", commands: tuple[Command, ...], indices: tuple[int, ...], *, picks: bool = False
) -> str:
    waiting, seen = list(indices), set[int]()
    while waiting:
        index = waiting.pop()
        if index in seen or index >= len(commands):
            continue
        seen.add(index)
        command = commands[index]
        waiting += command.stdin
        name = (command.words[0].text or "") if command.words else ""
        if name in _ENVIRONMENT and not picks and _prints_all(command.words[1:], name):
            return "environment"
        read = (one.target for one in command.redirects if one.op == "<" and one.target is not None)
        found = next((one for one in (*command.words[1:], *read) if _is_secret(engine, call, one, picks=picks)), None)
        if found is not None:
            return found.source
    return ""


def _prints_all(words: tuple[Word, ...], name: str) -> bool:
    return name == "printenv" or not words or (len(words) == 1 and words[0].text in _PRINTS)


def _secret_file(engine: "Engine", call: "Call") -> str:
    redirects = (*call.fed.command.inherits, *call.fed.command.redirects) if call.fed else ()
    files = [one.target for one in redirects if one.op == "<" and one.target is not None]
    return next((word.source for word in files if _is_secret(engine, call, word)), "")


def _is_secret(engine: "Engine", call: "Call", word: Word, *, picks: bool = False) -> bool:
    for view in engine.viewer.views(word, call.scene)[:1]:
        if not view.text or view.text.startswith("-") or len(view.text) > _PATH_MAX:
            return False
        return engine.terrain.spot(view.text, call.scene.folder.path).place in (
            _SECRETS - {"env-file"} if picks else _SECRETS
        )
    return False
