"""What is known of each agent: how it spawns commands, its markers, its preambles; one file an agent."""

from interposer.agents.aider import AIDER
from interposer.agents.claude_code import CLAUDE_CODE
from interposer.agents.codex import CODEX
from interposer.agents.cursor_agent import CURSOR_AGENT
from interposer.agents.gemini_cli import GEMINI_CLI
from interposer.agents.generic import GENERIC
from interposer.agents.mini_swe_agent import MINI_SWE_AGENT
from interposer.agents.opencode import OPENCODE
from interposer.agents.qwen_code import QWEN_CODE
from interposer.identity.agent import Agent

AGENTS: tuple[Agent, ...] = (
    CLAUDE_CODE,
    CODEX,
    GEMINI_CLI,
    QWEN_CODE,
    CURSOR_AGENT,
    OPENCODE,
    AIDER,
    MINI_SWE_AGENT,
    *GENERIC,
)
"""In the order in which claims are tried; Qwen Code stands behind Gemini CLI, whose marker it does not set."""
