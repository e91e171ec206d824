"""Aider."""

from interposer.identity.agent import Agent

AIDER = Agent(
    name="aider",
    executables=("aider",),
    entries=("*/bin/aider", "*/site-packages/aider/__main__.py"),
    spawns=("$SHELL -c TEXT",),
    settings=(".aider.conf.yml",),
    notes=("spawns: Aider-AI/aider aider/run_cmd.py (commit 1327c1e); it sets no marker in its children",),
)
