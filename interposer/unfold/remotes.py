"""Other machines, other processes, third-party code: what a command reaches."""

import re
from typing import TYPE_CHECKING

from interposer.unfold import languages, making, pathing
from interposer.unfold.manner import Manner
from interposer_argv.grammar import Slot
from interposer_shell.reading import Command
from interposer_shell.word import Word

if TYPE_CHECKING:
    from interposer.unfold.engine import Call, Engine

_LOOPBACK = r"localhost|127(?:\.\d+){3}|\[?::1\]?|0\.0\.0\.0|ip6-localhost"
_HERE = re.compile(rf"(?:[^@/]*@)?(?:{_LOOPBACK})(?:[:/].*)?$", re.IGNORECASE)
_URL = re.compile(r"^[a-z][a-z0-9+.-]*://|^[^/@\s]+@[^/:\s]+:", re.IGNORECASE)
_SELF = re.compile(r"interposer", re.IGNORECASE)
_TELLING = 5
_PATTERN = 40
"""A longer regular expression is not tried: it names something else, or takes its time."""
_SOCKETS = re.compile(r".*/(?:docker|podman|containerd|crio)\.sock")
_MACHINE = frozenset(
    {"/", "/etc", "/root", "/home", "/proc", "/sys", "/dev", "/var", "/boot", "/usr", "/var/run", "/run", "/bin"}
)
_OWN = frozenset({"secret", "key", "startup", "agent", "interposer"})
_RUNNING = frozenset({"run", "shell", "load", "unknown"})


def reached(engine: "Engine", call: "Call", kind: str, word: Word, manner: Manner) -> None:
    """A URL or host that the tool connects to."""
    text = word.text or word.head
    here = _HERE.match(text.partition("://")[2] or text) is not None
    opens_shell = call.reading is not None and any(one.does.effect == "escape" for one in call.reading.acts)
    if kind == "host" and here and opens_shell:
        why = "it leaves the process tree and comes back to this machine"
        engine.found(call, "escape", word, manner, detail="machine", why=why)
    elif text.startswith("file://"):
        pathing.path_effect(engine, call, "read", Word((text[7:],), word.span), manner)
    else:
        engine.found(call, "fetch", word, manner, detail="harmless" if here else "")
        making.downloaded(engine, call, text)


def named(engine: "Engine", call: "Call", kind: str, word: Word, manner: Manner) -> None:
    """A remote, refspec, package, index, mount or process."""
    match kind:
        case "remote":
            _remote(engine, call, word, manner)
        case "refspec":
            _refspec(engine, call, word, manner)
        case "package":
            engine.found(call, "install", word, manner)
        case "index":
            _index(engine, call, word, manner)
        case "mount":
            _mount(engine, call, word, manner)
        case "process":
            if _names_self(engine, call, word):
                engine.found(call, "tamper", word, manner, why="it would stop interposer itself")
        case _:
            raise AssertionError(f"slot kind `{kind}` is not handled")


def _names_self(engine: "Engine", call: "Call", word: Word) -> bool:
    """Whether a process pattern (pkill takes a regular expression), or what looks its number up, picks interposer.

    Every process at once (`kill -1`) and the parent of the shell are interposer's too.
    """
    reading = call.scene.reading
    indices = tuple(index for one in word.unknowns for index in one.commands)
    chain = making.chain_of(reading.commands, indices) if reading else []
    if call.fed is not None:
        chain += making.chain_of(call.fed.reading.commands, call.fed.command.stdin)
    parent = any(one.name == "PPID" for one in word.unknowns) or any(_PARENT.search(_line(one)) for one in chain)
    looked_up = any(_is_self(each.source) for one in chain for each in one.words[1:])
    every = word.text == "-1" and call.program.name == "kill"
    return parent or looked_up or every or _is_self(engine.viewer.views(word, call.scene)[0].text)


def _line(command: Command) -> str:
    return " ".join(word.source for word in command.words)


_PARENT = re.compile(r"^ps .*\bppid\b.*\$(?:\$|PPID)")


def _is_self(text: str) -> bool:
    bare = text.strip("^$.*").lower()
    if _SELF.search(text) is not None or (len(bare) >= _TELLING and bare in "interposer"):
        return True
    letters = sum(char.isalpha() for char in text)
    try:
        return letters >= _TELLING and len(text) < _PATTERN and re.search(text, "interposer") is not None
    except re.error:
        return False


def _remote(engine: "Engine", call: "Call", word: Word, manner: Manner) -> None:
    before = len(call.node.effects)
    languages.script(engine, call, Slot("script", "git-remote"), word, manner)
    if any(effect.kind in _RUNNING for effect in call.node.effects[before:]):
        return
    del call.node.effects[before:]
    pushing = call.reading is not None and call.reading.sub[:1] in {("push",), ("send-pack",)}
    if pushing and _URL.match(word.text or word.head):
        why = "a remote that is not configured"
        engine.found(call, "send", word, manner, detail="unlisted-remote", why=why)
    else:
        engine.found(call, "publish" if pushing else "fetch", word, manner)


def _refspec(engine: "Engine", call: "Call", word: Word, manner: Manner) -> None:
    text = word.text or word.source
    given = set(call.reading.given) if call.reading else set[str]()
    forced = text.startswith("+") or bool(given & {"-f", "--force", "--mirror"})
    deleting = text.startswith(":") or bool(given & {"-d", "--delete"})
    branch = text.lstrip("+").rpartition(":")[2].removeprefix("refs/heads/")
    rewrites = (forced or deleting) and engine.lists.has("protected-branches", branch)
    why = "it rewrites a protected branch" if rewrites else ""
    engine.found(call, "publish", word, manner, detail="protected-branch" if rewrites else "", why=why)


def _index(engine: "Engine", call: "Call", word: Word, manner: Manner) -> None:
    text = word.text if word.text is not None else word.head
    scheme, found, rest = text.partition("://")
    host = rest.partition("/")[0].rpartition("@")[2].partition(":")[0]
    if not found or scheme == "file":
        return
    if host in engine.lists.indexes or _HERE.match(host) is not None:
        engine.found(call, "install", word, manner)
    else:
        why = "packages would come from an index that is not listed"
        engine.found(call, "install", word, manner, detail="index", why=why)


def _mount(engine: "Engine", call: "Call", word: Word, manner: Manner) -> None:
    for view in engine.viewer.views(word, call.scene):
        source = _mount_source(view.text)
        if not source.startswith(("/", ".", "~")):
            continue
        spot = engine.terrain.spot(source, call.scene.folder.path)
        machine = spot.path in _MACHINE or _SOCKETS.fullmatch(spot.path) is not None
        own = spot.place in _OWN or (spot.place == "home" and spot.whole)
        why = "the whole machine, or the container engine itself, is handed to the container" if machine else ""
        pathing.at(engine, call, "escape", word, manner, spot, "machine" if machine else "local" if own else "", why)


def _mount_source(text: str) -> str:
    if "source=" in text or "src=" in text or "=" in text.partition(",")[0]:
        pairs = dict(piece.partition("=")[::2] for piece in text.split(","))
        return pairs.get("source") or pairs.get("src") or ""
    return text.partition(":")[0] if ":" in text or text.startswith("/") else ""
