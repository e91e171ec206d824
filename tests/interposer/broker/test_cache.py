"""Decisions are kept only while all that they rest on stays as it was."""

import os
from pathlib import Path

import pytest

from interposer.broker.cache import DecisionCache, Environments, Judgement, identity_of
from interposer.broker.judging import Looking, SameFile
from interposer.capture import Files
from interposer.decision import Decision

pytestmark = pytest.mark.suite("broker")
ALLOW = Decision("allow")


def test_allowed_decision_is_kept():
    """An equal request gets the same decision."""
    cache = DecisionCache()
    cache.put((b"k",), Judgement(ALLOW, ()))

    assert cache.get((b"k",)) is ALLOW
    assert cache.get((b"other",)) is None


@pytest.mark.parametrize(
    "judgement", [Judgement(Decision("deny"), ()), Judgement(Decision("ask"), ()), Judgement(ALLOW, None)]
)
def test_what_is_not_kept(judgement):
    """Refusals are judged anew, and decisions that do not say what they rest on."""
    cache = DecisionCache()
    cache.put((b"k",), judgement)

    assert cache.get((b"k",)) is None


CHANGES = {
    "written": lambda path: path.write_text("other"),
    "same-size-and-times": lambda path: (path.write_text("two"), os.utime(path, ns=(1, 1))),
    "removed": lambda path: path.unlink(),
    "replaced": lambda path: (path.with_name("n").write_text("one"), path.with_name("n").replace(path)),
}


@pytest.mark.parametrize("change", [pytest.param(call, id=name) for name, call in CHANGES.items()])
def test_changed_file_ends_it(tmp_path, change):
    """Any change of a file that was looked at makes the request be judged anew, also with its times set back."""
    path = tmp_path / "config"
    path.write_text("one")
    os.utime(path, ns=(1, 1))
    looking = Looking(Files())
    looking.ambient(str(path))
    cache = DecisionCache()
    cache.put((b"k",), Judgement(ALLOW, tuple(looking.seen)))
    kept = cache.get((b"k",))
    change(path)

    assert kept is ALLOW
    assert cache.get((b"k",)) is None


def test_appearing_file_ends_it(tmp_path):
    """A file that was missing counts as well."""
    cache = DecisionCache()
    path = tmp_path / "late"
    cache.put((b"k",), Judgement(ALLOW, (SameFile(str(path), identity_of(str(path))),)))
    path.write_text("x")

    assert cache.get((b"k",)) is None


def test_redirected_link_ends_it(tmp_path):
    """A path that leads elsewhere now counts as changed."""
    for name in "ab":
        (tmp_path / name).mkdir()
    (tmp_path / "link").symlink_to("a")
    looking = Looking(Files())
    looking.physical(str(tmp_path / "link/x"))
    cache = DecisionCache()
    cache.put((b"k",), Judgement(ALLOW, tuple(looking.seen)))
    (tmp_path / "link").unlink()
    Path(tmp_path / "link").symlink_to("b")

    assert cache.get((b"k",)) is None


def test_cache_is_bounded():
    """The least recently used decision goes first."""
    cache = DecisionCache(size=2)
    for key in ((b"a",), (b"b",)):
        cache.put(key, Judgement(ALLOW, ()))
    cache.get((b"a",))
    cache.put((b"c",), Judgement(ALLOW, ()))

    assert [cache.get(key) is not None for key in ((b"a",), (b"b",), (b"c",))] == [True, False, True]


ENVIRONMENTS = {
    "equal": ((b"A=1", b"B=2"), (b"A=1", b"B=2"), True),
    "noise": ((b"A=1", b"_=/bin/x", b"SHLVL=1"), (b"A=1", b"_=/bin/y", b"SHLVL=2"), True),
    "other-value": ((b"A=1",), (b"A=2",), False),
    "run-together": ((b"A=1", b"B=2"), (b"A=1\0B=2",), False),
}


@pytest.mark.parametrize(("one", "other", "same"), [pytest.param(*row, id=name) for name, row in ENVIRONMENTS.items()])
def test_equal_environments_have_one_number(one, other, same):
    """The number is the same exactly where no tool could see a difference."""
    book = Environments()

    assert (book.look_up(one)[1] == book.look_up(other)[1]) == same


def test_number_of_a_forgotten_environment_is_never_given_again():
    """A number stands for one environment, however many were seen since."""
    book = Environments(size=2)
    first = book.look_up((b"A=0",))[1]
    numbers = [book.look_up((b"A=%d" % n,))[1] for n in range(1, 20)]

    assert first not in numbers
    assert len(set(numbers)) == len(numbers)


def test_variable_given_twice_is_named():
    """Twice with one value is harmless, with two it is named."""
    book = Environments()

    assert book.look_up((b"A=1", b"A=1"))[0] == ""
    assert book.look_up((b"A=1", b"B=1", b"A=2"))[0] == "A"
