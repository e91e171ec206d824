"""Environment variables: what a text sets and what tools make of it."""

import pytest

from tests.interposer.judging import effects, judge

pytestmark = pytest.mark.suite("unfold")

TABLE = {
    "in-front": ("GIT_SSH_COMMAND=./x git fetch", ["run ./x via env by GIT_SSH_COMMAND dangerous"]),
    "in-front-of-another": ("GIT_SSH_COMMAND=./x ls", ["run ./x via env by GIT_SSH_COMMAND dangerous"]),
    "any-program": ("LD_PRELOAD=./x.so ls", ["load ./x.so @project via env by LD_PRELOAD dangerous"]),
    "alone": ("GIT_SSH_COMMAND=./x; git fetch", ["run ./x via env by GIT_SSH_COMMAND dangerous"]),
    "wrapper": (
        "env GIT_SSH_COMMAND=./x git fetch",
        ["run git fetch job", "run ./x via env by GIT_SSH_COMMAND dangerous"],
    ),
    "wrapped-twice": (
        "env A=1 env GIT_SSH_COMMAND=./x git fetch",
        [
            "run env GIT_SSH_COMMAND=./x git fetch job",
            "run git fetch job",
            "run ./x via env by GIT_SSH_COMMAND dangerous",
        ],
    ),
    "harmless": ("A=1 ls", []),
    "named-like-a-program": ("FOO_COMMAND='./x -a' frob", ["run ./x -a via env by FOO_COMMAND dangerous"]),
    "named-like-a-program-plain": ("FOO_COMMAND=x frob", []),
    "unknown-value": (
        'GIT_SSH_COMMAND="$(cat x)" git fetch',
        ["shell:computed $(cat x) via env by GIT_SSH_COMMAND dangerous", "read x @project"],
    ),
    "shell-of-its-own": ("BASH_ENV=./x bash -c ls", ["load ./x @project via env by BASH_ENV dangerous", "run ls job"]),
    "pager": ("PAGER=less git log", []),
}


@pytest.mark.parametrize(("line", "expected"), TABLE.values(), ids=TABLE)
def test_a_variable_counts_for_the_tools_that_obey_it(line, expected) -> None:
    """Before a name, alone, or through a wrapper."""
    assert effects(judge(line)) == expected
