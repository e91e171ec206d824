"""Markers in the environment name an agent and prove nothing."""

import pytest

from interposer.agents import AGENTS
from interposer.identity.claim import Claim, claimed_by_environment, claimed_by_flag

pytestmark = pytest.mark.suite("identity")


@pytest.mark.parametrize(
    ("environ", "expected"),
    [
        ({"CLAUDECODE": "1"}, Claim("claude-code", "env CLAUDECODE")),
        ({"CODEX_SANDBOX_NETWORK_DISABLED": "1"}, Claim("codex", "env CODEX_SANDBOX_NETWORK_DISABLED")),
        ({"GEMINI_CLI": "1"}, Claim("gemini-cli", "env GEMINI_CLI")),
        ({"QWEN_CODE": "1"}, Claim("qwen-code", "env QWEN_CODE")),
        ({"CURSOR_EXTENSION_HOST_ROLE": "agent-exec"}, Claim("cursor-agent", "env CURSOR_EXTENSION_HOST_ROLE")),
        ({"CURSOR_EXTENSION_HOST_ROLE": "ui"}, None),
        ({"OPENCODE": "1", "AGENT": "1"}, Claim("opencode", "env OPENCODE")),
        ({"AGENT": "goose"}, Claim("goose", "env AGENT")),
        ({"AGENT": "crush"}, Claim("crush", "env AGENT")),
        ({"AI_AGENT": "claude-code_2.1.105_agent"}, Claim("claude-code", "env AI_AGENT")),
        ({"AI_AGENT": "codex"}, Claim("codex", "env AI_AGENT")),
        ({"CLAUDECODE": "1", "CODEX_CI": "1"}, Claim("claude-code", "env CLAUDECODE; also codex")),
        ({"CLAUDECODE": ""}, None),
        ({"AGENT": "1"}, None),
        ({"AI_AGENT": "rm -rf /\n"}, None),
        ({"AI_AGENT": "x" * 100}, None),
        ({}, None),
    ],
)
def test_environment_names_the_agent(environ, expected) -> None:
    """Each agent's own marker counts first, a generic one only when it is a plain name."""
    assert claimed_by_environment(environ, AGENTS) == expected


def test_flag_is_a_claim() -> None:
    """What `--agent` says is taken as said."""
    assert claimed_by_flag("codex") == Claim("codex", "flag --agent")
