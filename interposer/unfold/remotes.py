"""Other machines, other processes, third-party code: what a command reaches and what leaves."""

import re
from typing import TYPE_CHECKING

from interposer.effects import Effect
from interposer.unfold import slots
from interposer.unfold.views import first_name
from interposer_argv.grammar import Slot, Via
from interposer_shell.reading import Command
from interposer_shell.word import Word

if TYPE_CHECKING:
    from interposer.unfold.engine import Call, Engine

_HERE = re.compile(
    r"(?:[^@/]*@)?(?:localhost|127(?:\.\d+){3}|\[?::1\]?|0\.0\.0\.0|ip6-localhost)(?:[:/].*)?$", re.IGNORECASE
)
_URL = re.compile(r"^[a-z][a-z0-9+.-]*://|^[^/@\s]+@[^/:\s]+:", re.IGNORECASE)
_NETWORK = frozenset({"fetch", "send", "escape"})
_ENVIRONMENT = frozenset({"env", "printenv", "set", "export", "declare"})
_SELF = re.compile(r"interposer", re.IGNORECASE)
_TELLING = 5


def reached(engine: "Engine", call: "Call", kind: str, word: Word, via: Via, option: str) -> None:
    """A URL or host that the tool connects to."""
    text = word.text or word.head
    here = _HERE.match(text.partition("://")[2] or text) is not None
    if kind == "host" and here and call.rule is not None and _opens_shell(call):
        engine.add(
            call.node,
            call.scene,
            "escape",
            word.source,
            via=via,
            option=option,
            span=call.span_of(word),
            detail="machine",
            why="it leaves the process tree and comes back to this machine",
        )
        return
    if text.startswith("file://"):
        from interposer.unfold import pathing  # noqa: PLC0415 - only for file URLs

        pathing.path_effect(engine, call, "read", Word((text[7:],), word.span), via, option)
        return
    engine.add(
        call.node,
        call.scene,
        "fetch",
        word.source,
        via=via,
        option=option,
        span=call.span_of(word),
        detail="harmless" if here else "",
    )


def _opens_shell(call: "Call") -> bool:
    return call.reading is not None and any(one.does.effect == "escape" for one in call.reading.acts)


def named(engine: "Engine", call: "Call", kind: str, word: Word, via: Via, option: str) -> None:
    """A remote, refspec, package, index, mount or process."""
    match kind:
        case "remote":
            _remote(engine, call, word, via, option)
        case "refspec":
            _refspec(engine, call, word, via, option)
        case "package":
            _package(engine, call, word, via, option)
        case "index":
            _index(engine, call, word, via, option)
        case "mount":
            _mount(engine, call, word, via, option)
        case "process":
            if _names_self(call, word):
                engine.add(
                    call.node,
                    call.scene,
                    "tamper",
                    word.source,
                    via=via,
                    option=option,
                    span=call.span_of(word),
                    why="it would stop interposer itself",
                )


def _names_self(call: "Call", word: Word) -> bool:
    """Whether a process pattern (pkill takes a regular expression) or a substitution picks interposer itself."""
    reading = call.scene.reading
    fed = [
        each.source
        for one in word.unknowns
        for index in one.commands
        if reading
        for each in reading.commands[index].words
    ]
    for text in (word.text or "", *fed):
        bare = text.strip("^$.*")
        if _SELF.search(text) or (len(bare) >= _TELLING and bare.lower() in "interposer"):
            return True
    return False


def _remote(engine: "Engine", call: "Call", word: Word, via: Via, option: str) -> None:
    before = len(call.node.effects)
    slots.language(engine, call, Slot("script", "git-remote"), word, via, option, job=False)
    if any(effect.kind in {"run", "shell", "load", "unknown"} for effect in call.node.effects[before:]):
        return
    del call.node.effects[before:]
    text = word.text or word.head
    pushing = call.reading is not None and call.reading.sub[:1] in {("push",), ("send-pack",)}
    if pushing and _URL.match(text):
        engine.add(
            call.node,
            call.scene,
            "send",
            word.source,
            via=via,
            option=option,
            span=call.span_of(word),
            detail="unlisted-remote",
            why="a remote that is not configured",
        )
        return
    engine.add(
        call.node,
        call.scene,
        "fetch" if not pushing else "publish",
        word.source,
        via=via,
        option=option,
        span=call.span_of(word),
    )


def _refspec(engine: "Engine", call: "Call", word: Word, via: Via, option: str) -> None:
    text = word.text or word.source
    given = set(call.reading.given) if call.reading else set()
    forced = text.startswith("+") or bool(given & {"-f", "--force", "--mirror"})
    deleting = text.startswith(":") or bool(given & {"-d", "--delete"})
    branch = text.lstrip("+").rpartition(":")[2].removeprefix("refs/heads/")
    protected = engine.lists.has("protected-branches", branch)
    detail = "protected-branch" if protected and (forced or deleting) else ""
    engine.add(
        call.node,
        call.scene,
        "publish",
        word.source,
        via=via,
        option=option,
        span=call.span_of(word),
        detail=detail,
        why="it rewrites a protected branch" if detail else "",
    )


def _package(engine: "Engine", call: "Call", word: Word, via: Via, option: str) -> None:
    engine.add(call.node, call.scene, "install", word.source, via=via, option=option, span=call.span_of(word))


def _index(engine: "Engine", call: "Call", word: Word, via: Via, option: str) -> None:
    text = word.text if word.text is not None else word.head
    scheme, found, rest = text.partition("://")
    host = rest.partition("/")[0].rpartition("@")[2].partition(":")[0]
    if not found or scheme == "file":
        return
    ordinary = host in engine.lists.indexes or _HERE.match(host) is not None
    detail = "" if ordinary else "index"
    engine.add(
        call.node,
        call.scene,
        "install",
        word.source,
        via=via,
        option=option,
        span=call.span_of(word),
        detail=detail,
        why="" if ordinary else "packages would come from an index that is not listed",
    )


_SOCKETS = ("/var/run/docker.sock", "/run/docker.sock", "/run/podman/podman.sock", "/run/containerd/containerd.sock")
_MACHINE = frozenset(
    {"/", "/etc", "/root", "/home", "/proc", "/sys", "/dev", "/var", "/boot", "/usr", "/var/run", "/run", "/bin"}
)


def _mount(engine: "Engine", call: "Call", word: Word, via: Via, option: str) -> None:
    for view in engine.viewer.views(word, call.scene):
        source = _mount_source(view.text)
        if not source.startswith(("/", ".", "~")):
            continue
        spot = engine.terrain.spot(source, call.scene.folder.path)
        machine = spot.path in _MACHINE or spot.path in _SOCKETS or spot.path.endswith("docker.sock")
        secret = spot.place in {"secret", "key", "startup", "agent", "interposer"} or (
            spot.place == "home" and spot.whole
        )
        detail = "machine" if machine else "local" if secret else ""
        why = "the whole machine, or the container engine itself, is handed to the container" if machine else ""
        effect = Effect(
            "escape",
            word.source,
            via,
            False,
            call.node.tool,
            option,
            call.span_of(word),
            call.scene.origin,
            spot.place,
            detail=detail,
            why=why,
        )  # noqa: FBT003 - the field is named in the class
        engine.put(call.node, effect)


def _mount_source(text: str) -> str:
    if "=" in text.partition(",")[0] or "source=" in text or "src=" in text:
        pairs = dict(piece.partition("=")[::2] for piece in text.split(","))
        return pairs.get("source") or pairs.get("src") or ""
    return text.partition(":")[0] if ":" in text else ""


def leaks(engine: "Engine", call: "Call") -> None:
    """Secrets or the whole environment that reach the network through a pipe, a redirection or an argument."""
    if not any(effect.kind in _NETWORK and effect.detail != "harmless" for effect in call.node.effects):
        return
    fed = call.fed
    if fed is None:
        return
    commands, indices = fed.reading.commands, fed.command.stdin
    if _shell_upstream(engine, commands, indices):
        engine.add(
            call.node,
            call.scene,
            "send",
            call.node.line,
            via="stdin",
            detail="remote-shell",
            why="a shell wired to a socket",
        )
    secret = _secret_upstream(engine, call, commands, indices) or _secret_file(engine, call)
    if secret:
        engine.add(
            call.node,
            call.scene,
            "send",
            secret,
            via="stdin",
            detail="secret" if secret != "environment" else "environment",
            why="a secret leaves the machine"
            if secret != "environment"
            else "the whole environment leaves the machine",
        )


def _shell_upstream(engine: "Engine", commands: tuple[Command, ...], indices: tuple[int, ...]) -> bool:
    """Whether a shell that runs what it is fed writes into this command."""
    for index in indices:
        words = commands[index].words if index < len(commands) else ()
        scriptless = all(word.head.startswith("-") and "c" not in word.head for word in words[1:])
        if words and scriptless and engine.lists.has("shells", first_name(commands[index])):
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
        name = first_name(command)
        if name in _ENVIRONMENT and (len(command.words) == 1 or name == "printenv"):
            return "environment"
        for word in command.words[1:]:
            if _is_secret(engine, call, word):
                return word.source
    return ""


def _secret_file(engine: "Engine", call: "Call") -> str:
    redirects = (*call.fed.command.inherits, *call.fed.command.redirects) if call.fed else ()
    for one in redirects:
        if one.op == "<" and one.target is not None and _is_secret(engine, call, one.target):
            return one.target.source
    return ""


def _is_secret(engine: "Engine", call: "Call", word: Word) -> bool:
    text = word.text
    if not text or text.startswith("-") or len(text) > 200:  # noqa: PLR2004 - no path of interest is longer
        return False
    return engine.terrain.spot(text, call.scene.folder.path).place in {"secret", "env-file", "key"}
