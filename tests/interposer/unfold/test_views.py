"""Words to texts: every text that a word can have."""

import pytest

from tests.interposer.judging import effects, judge

pytestmark = pytest.mark.suite("unfold")

TABLE = {
    "assigned": ("x=/; rm -rf $x", ["delete / @root whole hard"]),
    "assigned-twice": ("x=build; x=/; rm -rf $x", ["delete / @root whole hard"]),
    "assigned-in-a-branch": (
        "x=build; if a; then x=/; fi; rm -rf $x",
        ["delete $x @project recorded", "delete $x @root whole hard"],
    ),
    "loop": ("for d in build dist; do rm -rf $d; done", ["delete $d @project recorded"]),
    "default": (
        "rm -rf ${X:-build}",
        ["delete:deferred ${X:-build} @unknown recorded", "delete ${X:-build} @project recorded"],
    ),
    "suffix-removed": ('x=/a.txt; rm -rf "${x%a.txt}"', ["delete / @root whole hard"]),
    "prefix-removed": ('x=a/etc/b; rm -rf "${x#a}"', ["delete /etc/b @system dangerous"]),
    "echoed": ("x=$(echo /); rm -rf $x", ["delete $x @root whole hard"]),
    "working-folder": ('rm -rf "$PWD/x"', ["delete $PWD/x @project recorded"]),
    "project-root": (
        'rm -rf "$(git rev-parse --show-toplevel)/x"',
        ["delete $(git rev-parse --show-toplevel)/x @project recorded"],
    ),
    "listed-paths": (
        "for f in $(find /etc -name x); do rm $f; done",
        ["read /etc @system whole", "delete $f @key dangerous"],
    ),
    "listed-here": (
        "find . -name '*.o' | xargs rm",
        ["read . @project whole", "run rm job", "delete ./?* @project recorded"],
    ),
    "other-user": ("cat ~root/.ssh/id_rsa", ["read ~root/.ssh/id_rsa @secret dangerous"]),
    "read": ('read x; rm -rf "$x"', ["delete:computed $x @unknown dangerous"]),
    "arithmetic": ("rm x$((1+1))", ["delete:computed x$((1+1)) @unknown dangerous"]),
    "exit-status": ("rm x$?", ["delete x$? @project recorded"]),
}


@pytest.mark.parametrize(("line", "expected"), TABLE.values(), ids=TABLE)
def test_a_word_counts_by_every_text_it_can_have(line, expected) -> None:
    """The worst of them decides."""
    assert effects(judge(line)) == expected


def test_a_variable_of_the_asking_process_is_looked_up() -> None:
    """Where there is an environment, nothing about it is unknown."""
    line = 'rm -rf "$D/x"'

    assert effects(judge(line, env={"D": "/etc"})) == ["delete $D/x @system dangerous"]
    assert effects(judge(line, env={})) == ["delete $D/x @outside whole dangerous"]


def test_a_ci_variable_has_its_declared_place() -> None:
    """Only in context ci."""
    line = 'echo a >> "$GITHUB_OUTPUT"; rm -rf "$GITHUB_WORKSPACE/x"'
    places = [[one.place for one in judge(line, context=context).effects] for context in ("chat", "ci")]

    assert places == [["unknown", "unknown"], ["temp", "project"]]


def test_too_many_texts_are_none() -> None:
    """Beyond the bound a word is computed."""
    line = "for a in 1 2 3 4 5; do for b in 1 2 3 4 5; do rm $a$b; done; done"

    assert [one.detail for one in judge(line).effects] == ["computed"]
