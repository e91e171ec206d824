"""Paths in slots: their places, and what is read, written, deleted or sent there."""

from typing import TYPE_CHECKING

from interposer.effects import EXECUTING, Effect, Kind
from interposer.places import Spot, within, worse
from interposer.unfold import making
from interposer.unfold.manner import Manner
from interposer.unfold.scene import View
from interposer_shell.word import Word

if TYPE_CHECKING:
    from interposer.unfold.engine import Call, Engine

_CHANGES = frozenset({"write", "delete", "mode", "discard"})
_SECRETS = frozenset({"secret", "env-file", "key"})


def path_effect(
    engine: "Engine",
    call: "Call",
    kind: Kind,
    word: Word,
    manner: Manner,
    *,
    below: bool = False,
    external: bool = True,
    folder: bool = False,
) -> None:
    """The effect of `kind` on the path that `word` names, once for each text that it can have.

    Args:
        engine: the unfolding.
        call: the call whose value it is.
        kind: read, write, delete, mode or discard.
        word: the path.
        manner: how the value is taken.
        below: only what lies below the path is meant, never the path itself.
        folder: only an empty folder is made there.
        external: it stands in the argv of an external command, so that a later look can settle an unknown variable.
    """
    text = word.text
    if text is not None and kind in _CHANGES and ":" in text and _remote_path(text):
        engine.found(call, "send", word, manner)
        return
    for view in engine.viewer.views(word, call.scene):
        if not view.text and view.sure == "static":
            continue
        if kind in {"discard", "delete"} and _whole_pathspec(call, view.text):
            view = View(".")  # noqa: PLW2901 - the same view, spelled plainly
        spot, detail = spot_of(engine, call, view, external=external)
        if call.scene.elsewhere and not (spot.whole and spot.place in {"root", "home", "device"}):
            spot, detail = Spot(""), ""
        if detail == "deferred":
            call.node.findings.add("deferred")
        whole = _whole(engine, kind, view, spot, below=below)
        if kind == "delete" and view.sure == "glob" and (emptied := _emptied(engine, spot)):
            spot, whole = emptied, True
        at(engine, call, kind, word, manner, Spot(spot.place, whole, spot.path), "folder" if folder else detail)
        if kind == "write":
            making.written(engine, call, spot.path)


def _emptied(engine: "Engine", spot: Spot) -> Spot | None:
    """`DIR/*` empties DIR: where that is `/`, home or a system folder, it is as bad as DIR itself."""
    folder = spot.path.removesuffix("/*")
    found = engine.terrain.spot(folder or "/", "/") if folder != spot.path else spot
    return found if found.whole and found.place in {"root", "home", "system"} and folder != spot.path else None


def at(  # noqa: PLR0917 - the two texts are last and mostly absent
    engine: "Engine",
    call: "Call",
    kind: Kind,
    word: Word,
    manner: Manner,
    spot: Spot,
    detail: str = "",
    why: str = "",
) -> None:
    """Note an effect on a path at `spot`."""
    effect = Effect(
        kind=kind,
        operand=word.source,
        via=manner.via,
        job=manner.job and kind in EXECUTING,
        tool=call.node.tool,
        option=manner.option,
        span=call.span_of(word),
        origin=call.scene.origin,
        place=spot.place,
        detail=detail,
        why=why,
        through=call.scene.through,
        whole=spot.whole,
    )
    engine.put(call.node, effect)


def _whole(engine: "Engine", kind: Kind, view: View, spot: Spot, *, below: bool) -> bool:
    """Whether the whole of a place is meant; `rm -rf *` at the top of the project is the project."""
    if kind == "delete" and view.sure == "glob" and view.text in {"*", "./*"}:
        return spot.place == "project" and spot.path.rpartition("/")[0] == engine.terrain.project
    return spot.whole and not below and (view.sure != "glob" or not view.text.endswith("/*"))


def _whole_pathspec(call: "Call", text: str) -> bool:
    """A pathspec that matches the whole tree (gitglossary, pathspec): `:/`, `:(top)`, `*`."""
    return call.node.tool == "git" and (text.startswith((":/", ":(", ":!", ":^")) or not text.strip("*?/."))


def _remote_path(text: str) -> bool:
    host, _, path = text.partition(":")
    return len(host) > 1 and "/" not in host and not path.startswith("\\")


def spot_of(engine: "Engine", call: "Call", view: View, *, external: bool = True) -> tuple[Spot, str]:
    """Where one view lies, with the detail `computed` or `deferred` where that is not known."""
    folder = call.scene.folder
    match view.sure:
        case "static" | "glob":
            if folder.sure not in {"static", "glob"} and not view.text.startswith("/"):
                return _unsure_folder(call, view)
            return _linked(engine, call, glob_spot(engine, view, folder.path)), ""
        case "deferred":
            if view.text.startswith("/"):
                return _prefix(engine, view)
            return Spot("unknown"), "deferred" if not external or engine.deferring else "computed"
        case "computed":
            return _prefix(engine, view) if _anchored(view.text) else (Spot("unknown"), "computed")


def _linked(engine: "Engine", call: "Call", spot: Spot) -> Spot:
    """Where a path lies that leads through a link of the text's own making: the worse of the two counts."""
    for name, made in call.scene.made.items():
        if made.link and within(spot.path, name) and made.link != name:
            return worse(spot, engine.terrain.spot(made.link + spot.path[len(name) :], "/"))
    return spot


def _anchored(text: str) -> bool:
    """Whether a folder is known in front of the unknown piece."""
    return "/" in text.lstrip("/") and not text.endswith("..")


def _prefix(engine: "Engine", view: View) -> tuple[Spot, str]:
    spot = engine.terrain.spot(view.text, "/") if view.text.startswith("/") else Spot("project")
    if spot.place in {"project", "temp", "null", "ci"}:
        return Spot(spot.place, path=spot.path), ""
    return Spot("unknown"), "computed" if view.sure == "computed" else "deferred"


def _unsure_folder(call: "Call", view: View) -> tuple[Spot, str]:
    call.node.findings.add("unknown-folder")
    if view.text.startswith(".."):
        return Spot("unknown"), "deferred" if call.scene.folder.sure == "deferred" else "computed"
    return Spot("project"), ""


def glob_spot(engine: "Engine", view: View, cwd: str) -> Spot:
    """Where a path or pathname pattern lies; a pattern that matches a listed sensitive path counts as that."""
    spot = engine.terrain.spot(view.text, cwd)
    if view.sure == "glob":
        for sample, place in engine.terrain.samples_under(spot.path):
            return Spot(place, path=sample)
    return spot


def sent(engine: "Engine", call: "Call", word: Word, manner: Manner) -> None:
    """A file whose content leaves the machine."""
    if word.text == "-":
        return
    for view in engine.viewer.views(word, call.scene):
        spot, detail = spot_of(engine, call, view)
        secret = spot.place in _SECRETS or (bool(spot.path) and engine.terrain.holds_secrets(spot.path))
        known = "secret" if secret else "harmless" if detail == "deferred" else detail
        at(engine, call, "send", word, manner, spot, known, "a secret leaves the machine" if secret else "")
