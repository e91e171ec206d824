"""Commands under the supervisor, in a process of their own; skipped, with the reason, where the kernel forbids it."""

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from interposer.supervise.probing import probe

ROOT = Path(__file__).parents[3]
TREE = Path(__file__).with_name("tree.py")


@dataclass(slots=True)
class Tree:
    """Starts commands under supervision.

    Attributes:
        log: one line of JSON for each image that was judged.
    """

    log: Path
    python: str = sys.executable

    def command(self, *command, options=()):
        """The argv that supervises a command."""
        return [self.python, str(TREE), str(self.log), *options, "--", *map(str, command)]

    def run(self, *command, options=(), before=(), **given):
        """Supervise it to its end."""
        settings = {"capture_output": True, "timeout": 120, "check": False, "stdin": subprocess.DEVNULL}
        settings["env"] = dict(os.environ, PYTHONPATH=str(ROOT))
        return subprocess.run([*before, *self.command(*command, options=options)], **(settings | given))  # noqa: PLW1510 - in `settings`

    def judged(self):
        """What was judged, in order."""
        return [json.loads(line) for line in self.log.read_text().splitlines()] if self.log.exists() else []


@pytest.fixture
def tree(tmp_path):
    """Supervision with a log of its own."""
    missing = [f"{one.id}: {one.missing}" for one in probe() if one.needed and one.missing]
    if missing:
        pytest.skip("no exec layer here: " + "; ".join(missing))
    return Tree(tmp_path / "judged.jsonl")


@pytest.fixture(scope="session")
def compiled(tmp_path_factory):
    """Compiles a C file of this folder."""
    compiler = shutil.which("cc") or shutil.which("gcc")
    if compiler is None:
        pytest.skip("no C compiler")
    folder = tmp_path_factory.mktemp("built")

    def build(name, *flags):
        target = folder / f"{name}{''.join(flags)}"
        if not target.exists():
            source = Path(__file__).with_name(name + ".c")
            done = subprocess.run([compiler, "-O1", *flags, "-o", target, source], capture_output=True, check=False)
            if done.returncode:
                pytest.skip(f"{name}.c is not compiled with {flags}: {done.stderr.decode()[-200:]}")
        return str(target)

    return build
