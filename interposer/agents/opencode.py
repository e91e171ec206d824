"""opencode."""

from interposer.identity.agent import Agent, Marker

OPENCODE = Agent(
    name="opencode",
    markers=(Marker("OPENCODE"), Marker("OPENCODE_CLIENT")),
    executables=("opencode",),
    entries=("*/node_modules/opencode-ai/bin/opencode", "*/node_modules/opencode-*/bin/opencode"),
    spawns=("$SHELL -c TEXT", "bash -l -c WRAPPER opencode CWD", "zsh -l -c WRAPPER opencode CWD"),
    settings=(".config/opencode", ".opencode"),
    notes=(
        "markers: packages/opencode/src/index.ts sets AGENT=1, OPENCODE=1, OPENCODE_PID",
        "spawns: anomalyco/opencode packages/opencode/src/tool/bash.ts (commit 00376c2: spawn with shell: true)",
        "its login wrapper evaluates the command in double quotes (shell.ts, JSON.stringify): bash expands it twice,",
        "so it is judged as the text that it is and never seen through",
    ),
)
