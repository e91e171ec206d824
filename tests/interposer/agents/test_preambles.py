"""Known wrappings are seen through; anything else is left as it is."""

import subprocess

import pytest

from interposer.agents import AGENTS
from interposer.identity.agent import unwrapped

pytestmark = pytest.mark.suite("identity")

UNALIAS = r"{ \builtin unalias -- 'unsetenv'; \builtin unset -f -- 'unsetenv'; } >/dev/null 2>&1 || true && "
SOURCE = "source /home/u/.claude/shell-snapshots/snapshot-bash-1784985178997-ev7jb6.sh 2>/dev/null || true && "
CURSOR = (
    'snap=$(command cat <&3) && builtin shopt -s extglob && builtin eval -- "$snap" && { builtin set +u 2>/dev/null || '
    'true; builtin eval "${__CURSOR_SANDBOX_ENV_RESTORE:-}" 2>/dev/null; builtin export PWD="$(builtin pwd)"; builtin '
    "shopt -s expand_aliases 2>/dev/null; alias sudo='sudo -A'; builtin eval \"$1\"; }; COMMAND_EXIT_CODE=$?; "
    "dump_bash_state >&4; builtin exit $COMMAND_EXIT_CODE"
)
GEMINI_TAIL = " }; __code=$?; pgrep -g 0 >/tmp/shell_pgrep_0123456789ab.tmp 2>&1; exit $__code;"

GLOB = "shopt -u extglob 2>/dev/null || true && "
ZSH = "setopt NO_EXTENDED_GLOB NO_BARE_GLOB_QUAL 2>/dev/null || true && "
CWD = " < /dev/null && pwd -P >| /tmp/claude-7544-cwd"
CODEX = "if . '/home/u/.codex/s.sh' >/dev/null 2>&1; then :; fi\n\nexec '/bin/bash' -c "

KNOWN = [
    ("claude-code", SOURCE + GLOB + UNALIAS + "eval 'ls -l'" + CWD, "ls -l"),
    ("claude-code", SOURCE + ZSH + "eval 'a'" + CWD, "a"),
    ("claude-code", "source /tmp/s.sh && eval 'git log' \\< /dev/null && pwd -P >| /tmp/claude-1-cwd", "git log"),
    ("claude-code", SOURCE + r"""eval 'echo '"'"'a b'"'"''""" + CWD, "echo 'a b'"),
    ("claude-code", SOURCE + r"eval 'echo '\''a b'\''' && pwd -P >| /tmp/claude-501/cwd-ddf8", "echo 'a b'"),
    ("codex", CODEX + "'echo hello'", "echo hello"),
    ("gemini-cli", "shopt -u promptvars nullglob extglob nocaseglob dotglob; { ls; cd x;" + GEMINI_TAIL, "ls; cd x"),
    ("gemini-cli", "{ sleep 9 &" + GEMINI_TAIL, "sleep 9 &"),
]

OTHERS = [
    "ls -l",
    "eval 'ls'",
    "eval 'ls' < /dev/null && pwd -P >| /tmp/x; rm -rf ~",
    SOURCE + "rm -rf ~ && eval 'ls' < /dev/null && pwd -P >| /tmp/x",
    SOURCE + "eval 'ls' 'rm' < /dev/null && pwd -P >| /tmp/x",
    SOURCE + "eval 'ls'; rm -rf '~' < /dev/null && pwd -P >| /tmp/x",
    "source $(id) && eval 'ls' < /dev/null && pwd -P >| /tmp/x",
    "source /tmp/s.sh && eval 'ls' < /dev/null && pwd -P >| $(id)",
    "{ ls; }; __code=$?; pgrep -g 0 >/tmp/x 2>&1; rm y; exit $__code;",
    CODEX + "'echo' ; id",
]


@pytest.mark.parametrize(("agent", "text", "command"), KNOWN)
def test_command_is_seen_inside_its_wrapping(agent, text, command) -> None:
    """The wrapping is recognised as a whole, and the command is what the shell would evaluate."""
    found = unwrapped(text, AGENTS)

    assert found is not None
    assert (found.agent, found.command) == (agent, command)


@pytest.mark.parametrize(("text", "command"), [row[1:] for row in KNOWN if row[0] == "claude-code"])
def test_unquoting_is_bashs_own(text, command) -> None:
    """Bash reads the quoted word at the span as the same command."""
    found = unwrapped(text, AGENTS)
    ran = subprocess.run(
        ["/bin/bash", "-c", f"printf %s {text[slice(*found.span)]}"], capture_output=True, text=True, check=True
    )

    assert ran.stdout == command


@pytest.mark.parametrize("text", OTHERS)
def test_anything_more_is_not_seen_through(text) -> None:
    """One word that the wrapping does not have, and the text is just a text."""
    assert unwrapped(text, AGENTS) is None


def test_command_in_a_parameter() -> None:
    """Cursor hands the command over as `$1`."""
    assert unwrapped(CURSOR, AGENTS, ("--", "ls -l")).command == "ls -l"
    assert unwrapped(CURSOR, AGENTS, ("--",)) is None


def test_names_are_distinct() -> None:
    """Each agent of the registry stands in it once."""
    names = [agent.name for agent in AGENTS]

    assert len(names) == len(set(names))
