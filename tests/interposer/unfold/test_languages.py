"""Slots that are languages: what their readers find becomes effects."""

import pytest

from tests.interposer.judging import effects, judge

pytestmark = pytest.mark.suite("unfold")

TABLE = {
    "awk-system": ("awk 'BEGIN{system(\"id\")}'", ["shell id by awk system() dangerous"]),
    "awk-print-to": (
        "awk '{print > \"/etc/x\"}' a",
        ["write /etc/x @system by awk print > dangerous", "read a @project"],
    ),
    "awk-plain": ("awk '{print $1}' a", ["read a @project"]),
    "sed-execute": ("sed '1e id' a", ["shell id by sed command e dangerous", "read a @project"]),
    "sed-write": ("sed 'w /etc/x' a", ["write /etc/x @system by sed command w dangerous", "read a @project"]),
    "sed-plain": ("sed 's/a/b/' a", ["read a @project"]),
    "python": ("python -c 'print(1)'", ["code print(1) via option by -c job"]),
    "python-deletes": (
        "python -c 'import shutil; shutil.rmtree(\"/\")'",
        ['code import shutil; shutil.rmtree("/") via option by -c job', "delete / @root whole via option by -c hard"],
    ),
    "unknown-code": (
        'python -c "$(cat x)"',
        [
            "code $(cat x) via option by -c job",
            "code:computed $(cat x) via option by -c job dangerous",
            "read x @project",
        ],
    ),
    "variable-code": ('python -c "$X"', ["code $X via option by -c job"]),
    "malformed": ("sed 's/a' a", ["read a @project"]),
}


@pytest.mark.parametrize(("line", "expected"), TABLE.values(), ids=TABLE)
def test_what_a_script_does_is_an_effect_of_its_tool(line, expected) -> None:
    """The carrier is the construct that the reader found."""
    assert effects(judge(line)) == expected
