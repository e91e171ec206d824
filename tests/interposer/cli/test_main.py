"""The command `interposer`."""

import subprocess
import sys
from importlib.metadata import version

import pytest

from interposer.cli.main import LATER, VERBS, main
from interposer.errors import PolicyError

pytestmark = pytest.mark.suite("cli")


@pytest.mark.parametrize("verb", sorted(LATER))
def test_a_verb_of_a_later_version_says_so(verb, capsys) -> None:
    """One line with its code, exit status 2, whatever its words are."""
    status = main([verb, "--whatever", "x"])

    assert (status, capsys.readouterr().err) == (2, f"interposer: IP-19: `{verb}` is not part of this version\n")


@pytest.mark.parametrize(
    "words", [[], ["frobnicate"], ["check", "--frobnicate"], ["check", "--context", "moon", "--", "ls"]]
)
def test_a_command_line_that_is_not_understood_is_usage(words, capsys) -> None:
    """An unknown verb, option or value ends with status 2 and the usage, never with a traceback."""
    with pytest.raises(SystemExit) as ended:
        main(words)

    assert ended.value.code == 2
    assert capsys.readouterr().err.startswith("usage: interposer")


def test_an_error_is_one_line_with_its_code_and_a_hint(capsys) -> None:
    """The hint stands below."""
    status = main(["check", "--layers", "moon", "--", "ls"])
    lines = capsys.readouterr().err.splitlines()

    assert status == 2
    assert lines == ["interposer: IP-10: `moon` is no layer", "  layers: hook, shell, path, exec"]


def test_an_error_of_any_door_ends_with_status_2(capsys, monkeypatch) -> None:
    """Each carries its own code."""

    def raising(*_) -> None:
        raise PolicyError("no good", code="IP-52")

    monkeypatch.setattr("interposer.cli.policy.run", raising)
    assert main(["policy", "show"]) == 2
    assert capsys.readouterr().err == "interposer: IP-52: no good\n"


def test_an_interrupt_ends_with_the_status_of_a_signal(monkeypatch) -> None:
    """Control-C is no traceback."""

    def raising(*_) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("interposer.cli.policy.run", raising)
    assert main(["policy", "show"]) == 130


def test_the_version_is_the_distributions(capsys) -> None:
    """`--version` prints and ends."""
    with pytest.raises(SystemExit) as ended:
        main(["--version"])

    assert (ended.value.code, capsys.readouterr().out) == (0, f"interposer {version('shell-interposer')}\n")


def test_help_lists_every_verb(capsys) -> None:
    """With one line each."""
    with pytest.raises(SystemExit):
        main(["--help"])
    out = capsys.readouterr().out

    assert [verb for verb, summary in VERBS.items() if verb not in out or summary.split()[0] not in out] == []


@pytest.mark.parametrize("verb", sorted(set(VERBS) - LATER))
def test_every_verb_has_its_module(verb, capsys) -> None:
    """Its options are there, and its help exits with 0."""
    with pytest.raises(SystemExit) as ended:
        main([verb, "--help"])

    assert ended.value.code == 0
    assert f"interposer {verb}" in capsys.readouterr().out


def test_only_the_modules_of_the_verb_are_imported() -> None:
    """`check` loads neither the broker nor rich: a cold start has to be quick."""
    code = (
        "import sys; from interposer.cli.main import main; main(['check', '--', 'ls']);"
        "slow = ('rich', 'interposer.broker', 'interposer.cli.run', 'asyncio');"
        "print([name for name in slow if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.splitlines()[-1] == "[]"


def test_a_reader_that_goes_away_is_no_traceback() -> None:
    """`interposer check --batch | head -1`."""
    line = '{"id": 1, "command": "ls"}\n'
    code = "import sys; from interposer.cli.main import main; sys.exit(main(['check', '--batch']))"
    with subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        process.stdout.close()
        process.stdin.write(line.encode() * 2000)
        process.stdin.close()
        said = process.stderr.read()

    assert b"Traceback" not in said


def test_a_working_folder_that_is_gone_is_an_error_with_a_code(tmp_path) -> None:
    """One clear line, status 2: nothing is judged from nowhere."""
    gone = tmp_path / "gone"
    gone.mkdir()
    code = (
        "import os, sys; os.rmdir(os.getcwd());"
        "from interposer.cli.main import main; sys.exit(main(['check', '--', 'ls']))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=gone, capture_output=True, text=True, check=False)

    assert (done.returncode, done.stderr.startswith("interposer: IP-")) == (2, True)
