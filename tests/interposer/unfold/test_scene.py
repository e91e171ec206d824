"""What holds where a command stands."""

import pytest

from interposer.unfold.scene import Fed, Folder, Made, Scene
from interposer_shell.reader import read
from interposer_shell.word import literal

pytestmark = pytest.mark.suite("unfold")


def test_only_files_leak_back_from_a_nested_text() -> None:
    """A copy has folder and variables of its own, one deeper; a file made in a subshell is there for all."""
    scene = Scene(Folder("/a"), variables={"A": literal("1")}, made={"/a/x": Made("fetched")})
    copy = scene.copy()
    copy.folder.path = "/b"
    copy.variables["A"] = literal("2")
    copy.made["/b/y"] = Made("text")

    assert (scene.folder.path, scene.variables["A"].text, len(scene.made)) == ("/a", "1", 2)
    assert (scene.depth, copy.depth) == (0, 1)


@pytest.mark.parametrize(
    ("text", "own", "feeders"),
    [("a", False, 0), ("a | b", True, 1), ("b < x", True, 0), ("b <<< x", True, 0), ("b > x", False, 0)],
)
def test_where_stdin_comes_from(text, own, feeders) -> None:
    """A pipe or an input redirection; output redirections are none."""
    reading = read(text)
    fed = Fed(reading.commands[-1], reading)

    assert (fed.own, len(fed.feeders)) == (own, feeders)
