"""Sessions for the end-to-end tests: the real shim, the real broker, a stub judge or the real one."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from interposer.broker.folder import shim_file
from interposer.errors import BrokerError

STUB = Path(__file__).with_name("stub_session.py")
MAIN = "import sys; from interposer.cli.main import main; sys.exit(main())"


@dataclass(slots=True)
class Sessions:
    """Starts commands in sessions of their own.

    Attributes:
        log: where the stub judge writes what it was asked.
    """

    base: Path
    environ: dict[str, str] = field(default_factory=dict)

    @property
    def log(self):
        """Lines of JSON."""
        return self.base / "log.jsonl"

    @property
    def runtime(self):
        """Where stub sessions have their folders."""
        return self.base / "r"

    def stub(self, *command, **options):
        """A session whose judge denies what holds `DENY`."""
        return self._run([sys.executable, str(STUB), str(self.runtime), str(self.log), "--", *command], options)

    def real(self, *command, run=(), **options):
        """A session with the real judge and the real log."""
        return self._run([sys.executable, "-c", MAIN, "run", *run, "--", *command], options)

    def verb(self, *words, **options):
        """The command `interposer`."""
        return self._run([sys.executable, "-c", MAIN, *words], options)

    def asked(self):
        """What the stub judge was asked, in order."""
        return [json.loads(line) for line in self.log.read_text().splitlines()] if self.log.exists() else []

    def command(self, *command):
        """The argv that starts a command in a stub session, for tests that need their own Popen."""
        return [sys.executable, str(STUB), str(self.runtime), str(self.log), "--", *command]

    def _run(self, argv, options):
        given = {
            "capture_output": True,
            "check": False,
            "timeout": 60,
            "env": self.environ,
            "stdin": subprocess.DEVNULL,
        }
        if "input" in options or "stdin" in options:
            given.pop("stdin")
        return subprocess.run(argv, **(given | options))  # noqa: PLW1510 - `check` stands in `given`


@pytest.fixture
def sessions(tmp_path_factory):
    """A place of its own for runtime, state and log; the path is short enough for sockets."""
    try:
        shim_file()
    except BrokerError:
        pytest.skip("the shim is not built")
    base = tmp_path_factory.mktemp("s")
    (base / "run").mkdir(mode=0o700)
    kept = {name: value for name, value in os.environ.items() if name in {"HOME", "LANG", "TERM"}}
    kept["PATH"] = "/usr/local/bin:/usr/bin:/bin:/usr/local/go/bin"
    xdg = {
        "XDG_RUNTIME_DIR": str(base / "run"),
        "XDG_STATE_HOME": str(base / "state"),
        "XDG_CONFIG_HOME": str(base / "config"),
    }
    return Sessions(base, kept | xdg)
