"""Completion scripts, asked by the shells that they are for."""

import shutil
import subprocess

import pytest

from interposer.cli.completion import bash, choices, zsh
from interposer.cli.main import LATER, VERBS

pytestmark = pytest.mark.suite("cli")

ASKED = {
    "verbs": ("interposer ex", {"explain"}),
    "actions-of-a-verb": ("interposer rules co", {"coverage"}),
    "options": ("interposer check --ass", {"--assurance"}),
    "values-of-an-option": ("interposer check --assurance ", {"claimed", "observed", "attested"}),
    "later-verbs-are-left-out": ("interposer appr", set()),
}


def test_every_verb_of_this_version_is_there():
    """No list is kept beside the verbs themselves."""
    assert [one.verb for one in choices()] == [verb for verb in VERBS if verb not in LATER]


@pytest.mark.parametrize(("line", "wanted"), [pytest.param(*case, id=name) for name, case in ASKED.items()])
def test_bash_completes(line, wanted):
    """What bash itself offers for the line."""
    words = line.split(" ")
    program = f"{bash()}\nCOMP_WORDS=({' '.join(words[:-1])} {words[-1]!r}); COMP_CWORD={len(words) - 1}; _interposer\n"
    program += "printf '%s\\n' \"${COMPREPLY[@]}\"\n"
    done = subprocess.run(["/bin/bash", "-c", program], capture_output=True, text=True, check=True)

    assert set(done.stdout.split()) == wanted


def test_zsh_takes_the_script(tmp_path):
    """The shell parses the script, and its completion system loads it as the function of `interposer`."""
    shell = shutil.which("zsh")
    if shell is None:
        pytest.skip("zsh is not installed")
    (tmp_path / "_interposer").write_text(zsh())
    program = (
        f"fpath=({tmp_path} $fpath); autoload -Uz compinit; compinit -u -d {tmp_path}/dump; print $_comps[interposer]"
    )
    done = subprocess.run([shell, "-fc", program], capture_output=True, text=True, check=True)

    assert subprocess.run([shell, "-n", str(tmp_path / "_interposer")], check=False).returncode == 0
    assert done.stdout.strip() == "_interposer"
