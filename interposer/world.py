"""The view of files that judging needs, as an interface: the pure core asks, capture answers."""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class FileText:
    """A file's text and whether the session itself wrote it (ctime after it opened, or a recorded write)."""

    text: str
    fresh: bool = False


class World(Protocol):
    """What of the file system and the process environment judging may know."""

    def physical(self, path: str) -> str:
        """The physical path of an absolute one, "" where nothing is known."""
        ...

    def text(self, path: str) -> FileText | None:
        """The text of a regular file of at most 256 kB in UTF-8, None where there is none."""
        ...

    def program(self, name: str, path: str | None) -> str:
        """The file that `name` resolves to outside every shim folder, "" where nothing is known."""
        ...

    def ambient(self, path: str) -> FileText | None:
        """The text of a configuration file that a tool reads by itself."""
        ...


class Nowhere:
    """A world of which nothing is known: a question about a place that does not exist here."""

    def physical(self, path: str) -> str:  # noqa: ARG002 - the interface's own
        """Nothing is known."""
        return ""

    def text(self, path: str) -> FileText | None:  # noqa: ARG002 - the interface's own
        """Nothing is known."""
        return None

    def program(self, name: str, path: str | None) -> str:  # noqa: ARG002 - the interface's own
        """Nothing is known."""
        return ""

    def ambient(self, path: str) -> FileText | None:  # noqa: ARG002 - the interface's own
        """Nothing is known."""
        return None
