"""Parameters that the shell itself sets."""

import subprocess

import pytest

from interposer_shell.maintained import MAINTAINED, SPECIAL

pytestmark = pytest.mark.suite("shell-reader")


def test_no_name_is_in_both_sets() -> None:
    """A name is either never an outsider's text, or made from what the shell reads."""
    assert not SPECIAL & MAINTAINED


def test_names_that_bash_sets_by_itself_are_listed() -> None:
    """Each variable that a bare bash starts with stands in one of the sets, or is the environment's to give."""
    done = subprocess.run(["/bin/bash", "-c", "compgen -v"], capture_output=True, text=True, check=True, env={})
    given = {
        "SHELL",
        "BASH_LOADABLES_PATH",
        "PATH",
        "PWD",
        "OLDPWD",
        "TERM",
        "COMP_WORDBREAKS",
        "OPTERR",
        "PS4",
        "PS1",
        "PS2",
        "LINES",
        "COLUMNS",
    }

    assert set(done.stdout.split()) - SPECIAL - MAINTAINED <= given
