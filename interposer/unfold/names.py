"""Which rule applies to a command name, and what class its program is."""

import posixpath
from dataclasses import dataclass

from interposer.lists import Lists
from interposer.places import Terrain
from interposer.unfold.making import made_at
from interposer.unfold.scene import Made, Scene

_LISTS = ("read-only", "compilers", "compressors", "transports", "wrappers", "pagers", "ordinary")
_AS = {
    "compilers": "compiler",
    "compressors": "compressor",
    "transports": "transport",
    "wrappers": "wrapper",
    "pagers": "read-only",
}


@dataclass(frozen=True, slots=True)
class Program:
    """What a command name means.

    Attributes:
        name: the bare name by which rules and lists are asked.
        path: the absolute path where the name has one, else "".
        made: the file was made by the text itself.
        named_by_path: it lies in the project, in temp or where the text wrote: not the tool of that name for sure.
    """

    name: str
    path: str = ""
    made: Made | None = None
    named_by_path: bool = False


def program_of(text: str, scene: Scene, terrain: Terrain) -> Program:
    """What `text`, standing as a command name in `scene`, means."""
    base = posixpath.basename(text)
    if "/" not in text:
        return Program(base)
    path = posixpath.normpath(posixpath.join(scene.folder.path, text))
    made = made_at(scene, path)
    if made is not None and made.how == "copy":
        return Program(posixpath.basename(made.source), path, made, named_by_path=True)
    place = terrain.spot(path, "/").place
    system = place in {"bin", "system", "interposer"} or (place in {"outside", "home"} and "/bin/" in path)
    return Program(base, path, made, named_by_path=not system or made is not None)


def class_of(program: Program, lists: Lists, terrain: Terrain) -> str:
    """The class of a program by its name and place alone."""
    if program.named_by_path:
        return "project" if terrain.spot(program.path, "/").place == "project" and program.made is None else "path"
    name = program.name
    if lists.has("shells", name):
        return "shell"
    if lists.has("privilege", name):
        return "privilege"
    if lists.has("builtins", name):
        return "read-only"
    known = lists.classes.get(name)
    if known is None:
        known = next((_AS.get(listed, listed) for listed in _LISTS if lists.has(listed, name)), "unlisted")
        if len(lists.classes) < _MEMORY:
            lists.classes[name] = known
    return known


_MEMORY = 4096
