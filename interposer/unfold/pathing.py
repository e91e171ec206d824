"""Paths in slots: their places, and what is read, written, deleted or sent there."""

from typing import TYPE_CHECKING

from interposer.effects import Effect, Kind
from interposer.places import Spot
from interposer.unfold.scene import View
from interposer_argv.grammar import Via
from interposer_shell.word import Word

if TYPE_CHECKING:
    from interposer.unfold.engine import Call, Engine

_CHANGES = frozenset({"write", "delete", "mode", "discard"})


def path_effect(
    engine: "Engine",
    call: "Call",
    kind: Kind,
    word: Word,
    via: Via,
    option: str,
    *,
    whole_tree: bool = False,
    below: bool = False,
    external: bool = True,
) -> None:
    """The effect of `kind` on the path that `word` names, once for each text that it can have.

    Args:
        engine: the unfolding.
        call: the call whose value it is.
        kind: read, write, delete, mode or discard.
        word: the path.
        via: where the value stood.
        option: what carries it.
        whole_tree: an unfiltered walk: the path itself and all below it.
        below: only what lies below the path is meant, never the path itself.
        external: it stands in the argv of an external command, so that a later look can settle an unknown variable.
    """
    text = word.text
    if text is not None and kind in _CHANGES and ":" in text and _remote_path(text):
        engine.add(call.node, call.scene, "send", text, via=via, option=option, span=call.span_of(word))
        return
    for view in engine.viewer.views(word, call.scene):
        if not view.text and view.sure == "static":
            continue
        if kind in {"discard", "delete"} and _whole_pathspec(call, view.text):
            view = View(".")  # noqa: PLW2901 - the same view, spelled plainly
        spot, detail = spot_of(engine, call, view, external=external)
        if call.scene.elsewhere and not (spot.whole and spot.place in {"root", "home", "device"}):
            spot, detail = Spot(""), ""
        whole = spot.whole and not below and (view.sure != "glob" or not view.text.endswith("/*"))
        if (
            kind in _CHANGES
            and not whole_tree
            and view.sure == "glob"
            and view.text in {"*", "./*"}
            and kind == "delete"
        ):
            whole = spot.place == "project" and spot.path.rpartition("/")[0] == engine.terrain.project
        effect = Effect(
            kind,
            word.source,
            via,
            False,
            call.node.tool,
            option,
            call.span_of(word),
            call.scene.origin,
            spot.place,
            detail=detail,
            whole=whole,
        )  # noqa: FBT003 - the field is named in the class
        if detail == "deferred":
            call.node.findings.add("deferred")
        engine.put(call.node, effect)
        if kind == "write":
            _remember(engine, call, spot)


def _whole_pathspec(call: "Call", text: str) -> bool:
    """A pathspec that matches the whole tree (gitglossary, pathspec): `:/`, `:(top)`, `*`."""
    return call.node.tool == "git" and (text.startswith((":/", ":(", ":!", ":^")) or not text.strip("*?/."))


def _remember(engine: "Engine", call: "Call", spot: Spot) -> None:
    from interposer.unfold import making  # noqa: PLC0415 - making needs paths

    making.written(engine, call, spot.path)


def _remote_path(text: str) -> bool:
    host, _, path = text.partition(":")
    return bool(host) and "/" not in host and not path.startswith("\\") and len(host) > 1


def spot_of(engine: "Engine", call: "Call", view: View, *, external: bool = True) -> tuple[Spot, str]:
    """Where one view lies, with the detail `computed` or `deferred` where that is not known."""
    folder = call.scene.folder
    match view.sure:
        case "static" | "glob":
            if folder.sure not in {"static", "glob"} and not view.text.startswith(("/", "~")):
                return _unsure_folder(engine, call, view)
            return glob_spot(engine, view, folder.path), ""
        case "deferred":
            if view.text.startswith("/"):
                return _prefix(engine, view)
            return Spot("unknown"), "deferred" if external is False or engine.deferring else "computed"
        case "computed":
            return (_prefix(engine, view)) if _anchored(view.text) else (Spot("unknown"), "computed")


def _anchored(text: str) -> bool:
    return "/" in text.lstrip("/") and not text.endswith("..")


def _prefix(engine: "Engine", view: View) -> tuple[Spot, str]:
    spot = engine.terrain.spot(view.text, "/") if view.text.startswith("/") else Spot("project")
    if spot.place in {"project", "temp", "null", "ci"}:
        return Spot(spot.place, path=spot.path), ""
    return Spot("unknown"), "computed" if view.sure == "computed" else "deferred"


def _unsure_folder(engine: "Engine", call: "Call", view: View) -> tuple[Spot, str]:
    call.node.findings.add("unknown-folder")
    if view.text.startswith(".."):
        return Spot("unknown"), "deferred" if call.scene.folder.sure == "deferred" else "computed"
    _ = engine
    return Spot("project"), ""


def glob_spot(engine: "Engine", view: View, cwd: str) -> Spot:
    """Where a path or pathname pattern lies; a pattern that matches a listed sensitive path counts as that."""
    spot = engine.terrain.spot(view.text, cwd)
    if view.sure == "glob":
        for sample, place in engine.terrain.samples_under(spot.path):
            return Spot(place, path=sample)
    return spot


def sent(engine: "Engine", call: "Call", word: Word, via: Via, option: str) -> None:
    """A file whose content leaves the machine."""
    if word.text == "-":
        return
    for view in engine.viewer.views(word, call.scene):
        spot, detail = spot_of(engine, call, view)
        secret = spot.place in {"secret", "env-file", "key"}
        effect = Effect(
            "send",
            word.source,
            via,
            False,
            call.node.tool,
            option,
            call.span_of(word),
            call.scene.origin,
            spot.place,
            detail="secret" if secret else "harmless" if detail == "deferred" else detail,
            why="a secret leaves the machine" if secret else "",
        )  # noqa: FBT003 - the field is named in the class
        engine.put(call.node, effect)


def quiet(engine: "Engine", call: "Call", kind: str, word: Word, via: Via, option: str) -> None:
    """A literal path read, or an address, inside inline code: only secrets count."""
    if kind == "read" and word.text:
        spot = engine.terrain.spot(word.text, call.scene.folder.path)
        if spot.place == "secret":
            path_effect(engine, call, "read", word, via, option)
