"""Where a path lies."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interposer.lists import load_lists
from interposer.places import Spot, Terrain, terrain, within

pytestmark = pytest.mark.suite("places")

LISTS = load_lists(Path(__file__).parents[2] / "rules" / "lists.toml")
PROJECT, HOME = "/home/u/proj", "/home/u"


def ground(real: str = "") -> Terrain:
    """A terrain with the shipped lists, where every path leads to `real`."""
    return terrain(LISTS, PROJECT, HOME, ("/tmp", "/var/tmp"), lambda _: real)


TABLE = [
    ("a.txt", "project", False),
    ("/home/u/proj", "project", True),
    (".", "project", True),
    ("sub/..", "project", True),
    ("../proj/x", "project", False),
    ("../project2/x", "outside", False),
    ("..", "home", True),
    ("/home/u", "home", True),
    ("/home/u/", "home", True),
    ("/home/other", "home", True),
    ("/root", "home", True),
    ("/home/u/notes.txt", "outside", False),
    ("/home/u/.notes", "home", False),
    ("/home/u/.config/app/x", "home", False),
    ("/home/u/other/src/x", "outside", False),
    ("/home/u/.ssh/authorized_keys", "key", False),
    ("/home/u/.bashrc", "startup", False),
    ("/home/other/.bashrc", "startup", False),
    ("/home/u/.aws/credentials", "secret", False),
    ("/home/u/.claude/settings.json", "agent", False),
    ("/tmp", "temp", True),
    ("/tmp/x", "temp", False),
    ("/tmpx", "outside", True),
    ("/tmp/../etc/hostname", "system", False),
    ("/usr/share/doc", "system", False),
    ("/usr", "system", True),
    ("/", "root", True),
    ("//", "root", True),
    ("/..", "root", True),
    ("//tmp/x", "temp", False),
    ("/dev/null", "null", False),
    ("/dev/sda", "device", False),
    ("/dev/shm/x", "temp", False),
    (".git", "git-internals", False),
    (".git/hooks/pre-commit", "git-internals", False),
    (".env", "env-file", False),
    ("/srv/app/x", "system", False),
    ("/data", "outside", True),
    ("/data/x", "outside", False),
]


@pytest.mark.parametrize(("path", "place", "whole"), TABLE, ids=[row[0] for row in TABLE])
def test_the_place_of_a_path(path, place, whole) -> None:
    """Lists first, then project, temp, home, system; anything else is outside."""
    spot = ground().spot(path, PROJECT)

    assert (spot.place, spot.whole) == (place, whole)


@pytest.mark.parametrize(
    ("path", "real", "expected"),
    [
        ("link/x", "/etc/x", "system"),
        ("link", "/home/u/.ssh/authorized_keys", "key"),
        ("link", "/home/u/.ssh/id_rsa", "secret"),
        ("/etc/x", "/home/u/proj/x", "system"),
        ("/tmp/x", "/home/u/.bashrc", "startup"),
        ("x", "", "project"),
        ("x", "/home/u/proj/y", "project"),
    ],
)
def test_of_two_readings_of_a_path_the_worse_counts(path, real, expected) -> None:
    """A link into the project lifts nothing, a link out of it does not hide where it leads."""
    assert ground(real).spot(path, PROJECT).place == expected


def test_the_whole_counts_where_both_readings_have_one_place() -> None:
    """A link to the project's own top is the whole project."""
    assert ground(PROJECT).spot("link", PROJECT) == Spot("project", whole=True, path=PROJECT)


@pytest.mark.parametrize(
    ("path", "folder", "expected"),
    [("/a/b", "/a", True), ("/a", "/a", True), ("/ab", "/a", False), ("/a", "", False), ("/a", "/", True)],
)
def test_within(path, folder, expected) -> None:
    """A folder holds itself and what lies below; no folder at all holds nothing."""
    assert within(path, folder) is expected


@pytest.mark.parametrize(
    ("pattern", "places"),
    [
        ("/home/u/.ssh/*", {"key", "secret"}),
        ("/home/u/.bash*", {"startup"}),
        ("/home/u/proj/*", set()),
        ("/home/u/proj/*.py", set()),
        ("/home/u/.bashrc", set()),
    ],
)
def test_sensitive_paths_that_a_pattern_matches(pattern, places) -> None:
    """A pathname pattern finds what the lists know; `*` alone matches no hidden file, as in bash."""
    found = {place for _, place in ground().samples_under(pattern)}

    assert found & places == places
    assert bool(found) is bool(places)


def test_an_unknown_place_in_the_lists_is_refused() -> None:
    """A misspelled place would guard nothing."""
    lists = type(LISTS)(places=(("keys", ("/x",)),))

    with pytest.raises(ValueError, match="keys"):
        terrain(lists, PROJECT, HOME, (), lambda _: "")


_SEGMENTS = st.lists(st.sampled_from(["..", ".", "", "a", ".git", "proj", ".ssh", "etc", "u", "home"]), max_size=8)


@given(_SEGMENTS, st.sampled_from(["", "/"]))
def test_the_spelling_of_a_path_moves_nothing(segments, lead) -> None:
    """Dots, empty segments and a detour through another folder change neither place nor wholeness."""
    path = lead + "/".join(segments)
    plain = ground().spot(path, PROJECT)

    detour = path.replace("/", "/./") if path else "."
    assert ground().spot(detour, PROJECT) == plain
    assert ground().spot(plain.path, "/") == plain


@given(_SEGMENTS)
def test_a_path_that_leaves_the_project_is_not_in_it(segments) -> None:
    """`project` is said of nothing above or beside the project."""
    spot = ground().spot("/".join(segments), PROJECT)

    assert spot.place != "project" or within(spot.path, PROJECT)
