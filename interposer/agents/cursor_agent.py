"""Cursor's command line agent."""

import re

from interposer.identity.agent import Agent, Marker, Preamble

CURSOR_AGENT = Agent(
    name="cursor-agent",
    markers=(Marker("CURSOR_AGENT"), Marker("CURSOR_EXTENSION_HOST_ROLE", "agent-exec")),
    executables=("cursor-agent",),
    entries=("*/cursor-agent/versions/*/index.js",),
    spawns=("/bin/bash -O extglob -c WRAPPER -- TEXT", "/bin/zsh -c WRAPPER -- TEXT"),
    preambles=(
        Preamble(
            re.compile(
                r'snap=\$\(command cat <&3\) && builtin shopt -s extglob && builtin eval -- "\$snap" && '
                r'\{ [^\n]*builtin eval "\$1"; \}; COMMAND_EXIT_CODE=\$\?; dump_bash_state >&4; '
                r"builtin exit \$COMMAND_EXIT_CODE"
            ),
            parameter=1,
            note="a process listing of version 2026.06.15; the snapshot comes in on descriptor 3",
        ),
    ),
    settings=(".cursor",),
    notes=(
        "markers: @vercel/detect-agent 1.2.7; entry: the same process listing (~/.local/share/cursor-agent/versions/V)",
        "vendor-internal and not documented: to be looked at again with each release",
    ),
)
