"""Commands inside commands: wrappers, shell text, what tools run for each file, other machines."""

import pytest

from tests.interposer.judging import effects, judge

pytestmark = pytest.mark.suite("unfold")

TABLE = {
    "shell-text": ("bash -c 'rm -rf /'", ["run rm -rf / job", "delete / @root whole hard"]),
    "shell-text-with-a-variable": ('bash -c "ls $x"', ["run ls $x job"]),
    "unknown-shell-text": ('bash -c "$(cat x)"', ["shell:computed $(cat x) dangerous", "read x @project"]),
    "positional": ("sh -c 'rm -rf \"$1\"' sh /", ['shell rm -rf "$1" job', "delete $1 @root whole hard"]),
    "wrapper": ("nice -n 5 rm -rf /", ["run rm -rf / job", "delete / @root whole hard"]),
    "two-wrappers": (
        "env A=1 nohup rm -rf /",
        ["run nohup rm -rf / job", "run rm -rf / job", "delete / @root whole hard"],
    ),
    "find-each": (
        "find . -type f -exec grep x {} +",
        ["read . @project whole", "run:commands grep x {} via option by -exec dangerous", "read . @project whole"],
    ),
    "find-shell": (
        "find . -exec sh -c 'rm {}' \\;",
        [
            "read . @project whole",
            "run:commands sh -c rm {} via option by -exec dangerous",
            "shell:computed rm {} dangerous",
        ],
    ),
    "find-delete": (
        "find / -exec rm -rf {} +",
        ["read / @root whole", "run:commands rm -rf {} via option by -exec dangerous", "delete / @root whole hard"],
    ),
    "xargs-of-unknown": (
        "xargs rm < list",
        ["read list @project via stdin by <", "run rm job", "delete:computed stdin @unknown dangerous"],
    ),
    "xargs-of-paths": ("ls *.txt | xargs rm", ["run rm job", "delete *.txt/?* @project recorded"]),
    "xargs-of-all": ("find / | xargs rm", ["read / @root whole", "run rm job", "delete / @root whole hard"]),
    "sudo": ("sudo ls", ["privilege sudo recorded", "run ls job"]),
    "sudo-shell": ("sudo bash", ["privilege sudo recorded", "privilege:privileged-shell bash hard", "run bash job"]),
    "container": ("docker exec web rm -rf /x", ["escape exec by exec recorded", "run rm -rf /x job", "delete /x"]),
    "remote": (
        "ssh host 'rm -rf /tmp/x'",
        ["escape ssh recorded", "fetch host recorded", "run rm -rf /tmp/x job", "delete /tmp/x"],
    ),
    "remote-interpreter": (
        'ssh host "$(cat x)"',
        ["escape ssh recorded", "fetch host recorded", "shell:computed $(cat x) dangerous", "read x @project"],
    ),
    "from-code": (
        "python -c 'import os; os.system(\"rm -rf /\")'",
        ['code import os; os.system("rm -rf /") via option by -c job', "delete / @root whole hard"],
    ),
    "terminal-from-code": (
        "python -c 'import pty; pty.spawn(\"/bin/bash\")'",
        ['code import pty; pty.spawn("/bin/bash") via option by -c job', "shell /bin/bash via option by -c dangerous"],
    ),
}


@pytest.mark.parametrize(("line", "expected"), TABLE.values(), ids=TABLE)
def test_a_nested_command_is_judged_as_if_typed(line, expected) -> None:
    """And noted at the command that starts it, as its job or not."""
    assert effects(judge(line)) == expected


@pytest.mark.parametrize("line", ["find . -exec {} \\;", 'find . -name "$(cat x)" -exec {} +', "ls | xargs -I{} {} a"])
def test_a_name_that_the_tool_fills_in_is_not_static(line) -> None:
    """Whatever is found would be run."""
    assert "computed" in [one.detail for one in judge(line).effects if one.kind == "run"]
    assert judge(line).verdict == "deny"
