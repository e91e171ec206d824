"""The demo holds: ordinary work passes, six attacks are refused, nothing is harmed."""

import subprocess
import sys
from pathlib import Path

import pytest

from interposer.broker.folder import shim_file
from interposer.errors import BrokerError

pytestmark = pytest.mark.suite("demo")

DEMO = Path(__file__).parents[2] / "docs" / "demo" / "demo.py"


def test_the_demo_holds():
    """It ends with 0, shows six refusals with their reasons, and the log of them."""
    try:
        shim_file()
    except BrokerError:
        pytest.skip("the shim is not built")
    done = subprocess.run([sys.executable, str(DEMO)], capture_output=True, text=True, check=False, timeout=300)

    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count("interposer: denied") == 6
    assert done.stdout.count("  deny   ") == 6


def test_the_demo_notices_a_guard_that_lets_through(tmp_path):
    """Without interposer the same agent does not end as expected: the comparison can fail."""
    program = (
        "import sys; sys.path.insert(0, sys.argv[1]); import agent\n"
        "ends = agent.play(agent.Step('x', 'argv', ('true',), refused=True))\n"
        "sys.exit(0 if not ends.held else 1)\n"
    )
    done = subprocess.run([sys.executable, "-c", program, str(DEMO.parent)], cwd=tmp_path, check=False, timeout=60)

    assert done.returncode == 0
