"""What an effect at a place means by itself."""

from typing import get_args

import pytest

from interposer.effects import Effect, Grade, Kind, Place
from interposer.grades import HARD_DETAILS, grade

pytestmark = pytest.mark.suite("grades")

_STRICTNESS = get_args(Grade)


def _grade(text: str) -> Grade:
    """The grade of `KIND[ @PLACE][ +whole][ +job][ :DETAIL]`."""
    words = text.split()
    place = next((word[1:] for word in words if word.startswith("@")), "")
    detail = next((word[1:] for word in words if word.startswith(":")), "")
    return grade(Effect(words[0], "x", job="+job" in words, place=place, detail=detail, whole="+whole" in words))


TABLE = {
    "harmless": [
        "run +job", "shell +job", "code +job", "env +job", "load +job", "config +job", "config +job @project",
        "config +job @ci", "config +job @home",
        "read", "read @outside", "read @home", "read @system", "write @project", "write @temp", "write @null",
        "write @ci",
        "write @env-file", "delete @temp", "delete @null", "delete", "send :harmless", "fetch :harmless",
    ],
    "recorded": [
        "read @env-file", "delete @project", "delete @env-file", "mode @project", "mode @temp", "discard",
        "discard :paths",
        "publish", "install", "escape", "fetch", "send", "listen", "privilege", "write @unknown :deferred",
        "delete @unknown :deferred", "mode @unknown :deferred",
    ],
    "dangerous": [
        "run", "shell", "code", "load", "config", "env", "run +job :computed", "load +job :computed",
        "load +job :unread",
        "config +job @system", "config +job @temp", "read @secret", "write @home", "write @system",
        "write @outside", "write @bin",
        "write @unknown", "write @unknown :computed", "write @git-internals", "delete @outside", "delete @home",
        "delete @system",
        "delete @project +whole", "delete @temp +whole", "delete @unknown", "mode @system", "discard :tree",
        "discard +whole",
        "publish :release", "publish :protected-branch", "install :index", "escape :local", "send :unlisted-remote",
        "persist :setting", "unknown", "unknown :unlisted", "unknown :unreadable",
    ],
    "hard": [
        "write @startup", "write @key", "write @agent", "write @device", "delete @root +whole", "delete @home +whole",
        "delete @system +whole", "delete @device", "persist", "tamper", "run +job :remote-code", "shell :hidden-text",
        "send :secret", "send :environment", "send :remote-shell", "mode :setuid", "escape :machine",
        "load +job :fetched-file",
        "privilege :privileged-shell",
    ],
}  # fmt: skip


@pytest.mark.parametrize(
    ("effect", "expected"), [(text, name) for name, texts in TABLE.items() for text in texts], ids=str
)
def test_the_grade_of_an_effect(effect, expected) -> None:
    """Kind, place, job, wholeness and detail decide as DESIGN section 5 says."""
    actual = _grade(effect)

    assert actual == expected


@pytest.mark.parametrize("kind", get_args(Kind))
@pytest.mark.parametrize("detail", sorted(HARD_DETAILS))
def test_a_hard_detail_is_hard_whatever_the_kind(kind, detail) -> None:
    """Neither job nor place softens it."""
    assert {grade(Effect(kind, "x", job=job, place="project", detail=detail)) for job in (True, False)} == {"hard"}


@pytest.mark.parametrize("kind", get_args(Kind))
@pytest.mark.parametrize("place", get_args(Place))
def test_the_whole_of_a_place_is_never_graded_softer_than_a_part(kind, place) -> None:
    """Wholeness only tightens."""
    part, whole = (grade(Effect(kind, "x", place=place, whole=flag)) for flag in (False, True))

    assert _STRICTNESS.index(whole) >= _STRICTNESS.index(part)


@pytest.mark.parametrize("kind", get_args(Kind))
@pytest.mark.parametrize("place", get_args(Place))
def test_what_is_the_job_is_never_graded_harder(kind, place) -> None:
    """A value that the tool is for is at most as grave as the same value by injection."""
    other, job = (grade(Effect(kind, "x", place=place, job=flag)) for flag in (False, True))

    assert _STRICTNESS.index(job) <= _STRICTNESS.index(other)


@pytest.mark.parametrize("kind", ["write", "delete", "mode"])
def test_an_unknown_place_is_dangerous_unless_a_later_look_settles_it(kind) -> None:
    """`computed` and no detail at all are dangerous, `deferred` is recorded."""
    grades = [grade(Effect(kind, "x", place="unknown", detail=detail)) for detail in ("", "computed", "deferred")]

    assert grades == ["dangerous", "dangerous", "recorded"]
