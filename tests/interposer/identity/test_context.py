"""The context is derived by one table."""

import pytest

from interposer.identity.context import Derived, Facts, context_of, runner_of
from interposer.identity.observe import Process

pytestmark = pytest.mark.suite("identity")

TTY = 34816
SHELL = Process(10, 1, exe="/bin/bash", comm="bash", uid=1000)
SHELL_AT_TERMINAL = Process(10, 1, exe="/bin/bash", comm="bash", uid=1000, tty=TTY)
AGENT = Process(20, 1, exe="/usr/bin/codex", comm="codex", uid=1000)
AGENT_AT_TERMINAL = Process(20, 1, exe="/usr/bin/codex", comm="codex", uid=1000, tty=TTY)
CODE = Process(30, 1, exe="/usr/share/code/code", comm="code", uid=1000)
VIM = Process(31, 1, exe="/usr/bin/vim.basic", comm="vi", uid=1000, tty=TTY)
CRON = Process(40, 1, comm="cron", uid=0)
FALSE_CRON = Process(41, 1, exe="/home/u/cron", comm="cron", uid=1000)
GITHUB = {"GITHUB_ACTIONS": "true", "CI": "true"}

ROWS = [
    ("agent-at-a-terminal", Facts((SHELL_AT_TERMINAL,), AGENT_AT_TERMINAL), "chat", "observed"),
    ("agent-without-terminal", Facts((SHELL,), AGENT), "chat", "observed"),
    ("agent-launched-at-a-terminal", Facts((SHELL_AT_TERMINAL,), launched=True), "chat", "observed"),
    ("agent-launched-without-terminal", Facts((SHELL,), launched=True), "chat", "observed"),
    ("agent-in-an-editors-terminal", Facts((SHELL_AT_TERMINAL, CODE), AGENT_AT_TERMINAL), "chat", "observed"),
    ("agent-of-an-editor", Facts((CODE,), AGENT), "ide", "observed"),
    ("no-agent-in-an-editor", Facts((SHELL, CODE)), "ide", "observed"),
    ("person-in-vim", Facts((SHELL_AT_TERMINAL, VIM)), "ide", "observed"),
    ("agent-from-cron", Facts((SHELL, CRON), AGENT), "cron", "observed"),
    ("nothing-known-from-cron", Facts((SHELL, CRON)), "cron", "observed"),
    ("terminal-below-cron", Facts((SHELL_AT_TERMINAL, CRON)), "unknown", "observed"),
    ("somebody-called-cron", Facts((SHELL, FALSE_CRON), AGENT), "chat", "observed"),
    ("systemd-timer", Facts((SHELL,), environ={"TRIGGER_TIMER_REALTIME_USEC": "1"}), "cron", "claimed"),
    ("ci-runner", Facts((SHELL,), environ=GITHUB), "ci", "claimed"),
    ("agent-in-ci", Facts((SHELL,), AGENT, environ=GITHUB), "ci", "claimed"),
    ("ci-variable-at-a-terminal", Facts((SHELL_AT_TERMINAL,), environ={"CI": "1"}), "unknown", "observed"),
    ("ci-false", Facts((SHELL,), environ={"CI": "false"}), "unknown", "observed"),
    ("agent-with-ci-at-a-terminal", Facts((), AGENT_AT_TERMINAL, environ={"CI": "1"}), "chat", "observed"),
    ("nothing-known", Facts((SHELL,)), "unknown", "observed"),
    ("nothing-at-all", Facts(), "unknown", "observed"),
]


@pytest.mark.parametrize(("facts", "context", "assurance"), [row[1:] for row in ROWS], ids=[row[0] for row in ROWS])
def test_context_is_derived(facts, context, assurance) -> None:
    """The first row of the table that holds says the context, and how well it is known."""
    actual = context_of(facts)

    assert (actual.context, actual.assurance) == (context, assurance)
    assert bool(actual.evidence) == (context != "unknown")


def test_evidence_names_what_was_seen() -> None:
    """A reader of the log can check the claim."""
    assert context_of(Facts((SHELL,), environ=GITHUB)) == Derived("ci", "claimed", "env GITHUB_ACTIONS")


@pytest.mark.parametrize(
    ("environ", "expected"),
    [
        (GITHUB, "github"),
        ({"GITLAB_CI": "true"}, "gitlab"),
        ({"TF_BUILD": "True"}, "azure"),
        ({"JENKINS_URL": "https://j"}, "jenkins"),
        ({"CI": "1"}, "generic"),
        ({"GITHUB_ACTIONS": "false"}, None),
        ({}, None),
    ],
)
def test_runner_is_told_by_its_marker(environ, expected) -> None:
    """The specific marker counts before the one that all of them set."""
    runner = runner_of(environ)

    assert (runner and runner.name) == expected
