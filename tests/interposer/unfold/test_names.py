"""Which rule applies to a command name, and what class its program is."""

import pytest

from tests.interposer.judging import effects, judge

pytestmark = pytest.mark.suite("unfold")

TABLE = {
    "bare": ("rm -rf /", ["delete / @root whole hard"]),
    "system-path": ("/bin/rm -rf /", ["delete / @root whole hard"]),
    "versioned": (
        "python3.11 -c 'import os; os.system(\"rm -rf /\")'",
        ['code import os; os.system("rm -rf /") via option by -c job', "delete / @root whole hard"],
    ),
    "builtin": ("command rm -rf /", ["run rm -rf / job", "delete / @root whole hard"]),
    "nested-project-program": ("xargs ./x", ["run ./x job"]),
    "nested-temp-program": ("timeout 5 /tmp/x", ["run /tmp/x job"]),
    "nested-listed": (
        "find . -exec grep x {} +",
        ["read . @project whole", "run:commands grep x {} via option by -exec dangerous", "read . @project whole"],
    ),
    "nested-unlisted": (
        "find . -exec frob {} +",
        ["read . @project whole", "run:commands frob {} via option by -exec dangerous"],
    ),
    "computed": ("$(cat x) a", ["run:computed $(cat x) dangerous", "read x @project"]),
    "computed-part": ("a$(cat x) b", ["run:computed a$(cat x) dangerous", "read x @project"]),
    "pattern": ("/usr/b?n/rm -rf /", ["run:computed /usr/b?n/rm dangerous"]),
    "variable": ('"$CMD" a', []),
    "variable-in-front-of-a-name": ("$D/rm -rf /", []),
    "function": ("ls() { rm -rf /; }; ls", ["delete / @root whole hard"]),
}


@pytest.mark.parametrize(("line", "expected"), TABLE.values(), ids=TABLE)
def test_a_name_is_the_tool_of_that_name(line, expected) -> None:
    """By its last part, wherever the path is one of the system; elsewhere it is only named so."""
    assert effects(judge(line)) == expected
