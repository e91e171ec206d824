"""mini-swe-agent."""

from interposer.identity.agent import Agent

MINI_SWE_AGENT = Agent(
    name="mini-swe-agent",
    executables=("mini", "mini-swe-agent"),
    entries=("*/bin/mini", "*/bin/mini-swe-agent", "*/bin/mini-extra", "*/site-packages/minisweagent/*.py"),
    spawns=("/bin/sh -c TEXT",),
    settings=(".config/mini-swe-agent",),
    notes=(
        "spawns: SWE-agent/mini-swe-agent src/minisweagent/environments/local.py (commit 025a3bc)",
        "Popen(shell=True) in a new session with the whole environment; it sets no marker in its children",
    ),
)
