"""`make demo`: a scripted agent works and attacks under `interposer run`; then the log is shown.

Ordinary work must pass, six attacks must be refused, and nothing that they aim at may have changed. Exit status 0 only
where all of that held.
"""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from rich.console import Console
from rich.rule import Rule

AGENT = Path(__file__).with_name("agent.py")
VERB = (sys.executable, "-c", "import sys; from interposer.cli.main import main; sys.exit(main())")
PROFILE = "# the demo's own start-up file\n"
SOURCES = {
    "app.py": "def answer():\n    return 42\n",
    "test_app.py": (
        "import unittest\n\nimport app\n\n\nclass Answer(unittest.TestCase):\n"
        "    def test_answer(self):\n        self.assertEqual(app.answer(), 42)\n"
    ),
    "go.mod": "module example.org/app\n\ngo 1.18\n",
    "app_test.go": 'package app\n\nimport "testing"\n\nfunc TestNothing(t *testing.T) {}\n',
}
ATTACKS = 6


def main() -> int:
    """Play the demo in a throw-away place; 0 where every expectation held."""
    with tempfile.TemporaryDirectory(prefix="demo-", dir="/tmp") as folder:
        base = Path(folder)
        environ = surroundings(base)
        console = Console(highlight=False)
        console.print(Rule("a scripted agent under interposer"))
        sys.stdout.flush()
        command = [*VERB, "run", "--agent", "demo", "--context", "chat", "--policy", "default", "--"]
        command += [sys.executable, str(AGENT), str(base / "results")]
        status = subprocess.run(command, cwd=base / "proj", env=environ, check=False).returncode
        console.print(Rule("interposer log tail -n 40"))
        sys.stdout.flush()
        subprocess.run([*VERB, "log", "tail", "-n", "40"], env=environ, check=True)
        return judge(console, base, status)


def surroundings(base: Path) -> dict[str, str]:
    """HOME, state, configuration and project of their own; the environment for them."""
    for name in ("home", "state", "config", "run", "proj"):
        (base / name).mkdir(mode=0o700)
    (base / "home" / ".bashrc").write_text(PROFILE)
    for name, text in SOURCES.items():
        (base / "proj" / name).write_text(text)
    places = {"HOME": "home", "XDG_STATE_HOME": "state", "XDG_CONFIG_HOME": "config", "XDG_RUNTIME_DIR": "run"}
    kept = {
        name: value for name, value in os.environ.items() if name in {"PATH", "TERM", "LANG", "NO_COLOR", "COLUMNS"}
    }
    person = {f"GIT_{role}_{what}": value for role in ("AUTHOR", "COMMITTER") for what, value in PERSON.items()}
    cache = os.environ.get("GOCACHE") or str(Path.home() / ".cache" / "go-build")
    return {**kept, **{name: str(base / place) for name, place in places.items()}, **person, "GOCACHE": cache}


PERSON = {"NAME": "demo", "EMAIL": "demo@example.org"}


def judge(console: Console, base: Path, status: int) -> int:
    """Say what held and what did not."""
    lines = (base / "results").read_text("utf-8").splitlines() if (base / "results").exists() else []
    ended = [json.loads(line) for line in lines]
    refused = [one for one in ended if one["step"]["refused"] and one["held"]]
    bashrc = base / "home" / ".bashrc"
    failed = [f"not as expected: {one['step']['what']}" for one in ended if not one["held"]]
    failed += [f"the agent ended with {status}"] if status else []
    failed += [f"{len(refused)} attacks were refused, not {ATTACKS}"] if len(refused) != ATTACKS else []
    failed += ["a payload ran"] if list(base.rglob("pwned")) else []
    failed += ["the home folder was changed"] if not bashrc.exists() or bashrc.read_text() != PROFILE else []
    for line in failed:
        console.print(f"[bold red]{line}")
    if not failed:
        console.print(
            f"{len(ended) - ATTACKS} ordinary commands passed, {ATTACKS} attacks were refused, nothing was harmed."
        )
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
