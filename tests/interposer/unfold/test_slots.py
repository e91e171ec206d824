"""From slot to effect: the table of rules/README.md."""

import pytest

from tests.interposer.judging import effects, judge

pytestmark = pytest.mark.suite("unfold")

TABLE = {
    "text": ('git commit -m "rm -rf /"', []),
    "read": ("cat a", ["read a @project"]),
    "dir": ("ls a", []),
    "write": ("tee a", ["write a @project"]),
    "delete": ("rm a", ["delete a @project recorded"]),
    "mode": ("chmod 644 a", ["mode a @project recorded"]),
    "permissions": ("chmod u+s a", ["mode:setuid u+s hard", "mode a @project recorded"]),
    "permissions-in-octal": ("chmod 4755 a", ["mode:setuid 4755 hard", "mode a @project recorded"]),
    "discard": ("git checkout -- a", ["discard a @project recorded"]),
    "send": ("curl -T a x.example", ["send a @project via option by -T recorded", "fetch x.example recorded"]),
    "url": ("curl x.example", ["fetch x.example recorded"]),
    "host": ("ping h", []),
    "package": ("npm install a", ["install a recorded"]),
    "load": ("python a.py", ["load a.py @project job"]),
    "load-not-the-job": ("LD_PRELOAD=./x.so ls", ["load ./x.so @project via env by LD_PRELOAD dangerous"]),
    "config": ("pytest -c /tmp/x.ini", ["config /tmp/x.ini @temp via option by -c job dangerous"]),
    "run": ("sort --compress-program=./x a", ["run ./x via option by --compress-program dangerous", "read a @project"]),
    "run-listed": (
        "sort --compress-program=gzip a",
        ["run gzip via option by --compress-program dangerous", "read a @project"],
    ),
    "words": (
        'rsync -e "ssh -p 22" a h:b',
        ["run ssh -p 22 via option by -e dangerous", "send a @project recorded", "write h:b @project"],
    ),
    "joined-operands": (
        "ssh h rm -rf /",
        ["escape ssh recorded", "fetch h recorded", "run rm -rf / job", "delete / @root whole hard"],
    ),
    "act": ("git reset --hard", ["discard:tree --hard via option by --hard dangerous"]),
    "act-on-operands": ("find a -delete", ["delete a @project via option by -delete recorded", "read a @project"]),
    "act-with-a-filter": (
        "find a -name '*.o' -delete",
        ["delete a @project via option by -delete recorded", "read a @project"],
    ),
    "extraction": (
        "tar xf a.tar -C /etc",
        [
            "write /etc @system via option by -x dangerous",
            "read a.tar @project via option by -f",
            "write /etc @system whole via option by -C dangerous",
        ],
    ),
    "splice": ("env -S 'A=1 rm -rf' /", ["run rm -rf / via option by -S job", "delete / @root whole hard"]),
    "unlisted-option": (
        "mkdir --frobnicate x",
        ["unknown:unlisted --frobnicate via option by --frobnicate dangerous", "write:folder x @project recorded"],
    ),
}


@pytest.mark.parametrize(("line", "expected"), TABLE.values(), ids=TABLE)
def test_each_kind_of_slot(line, expected) -> None:
    """Becomes the effect that the table lists."""
    assert effects(judge(line)) == expected
