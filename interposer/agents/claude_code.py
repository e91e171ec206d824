"""Claude Code."""

import re

from interposer.identity.agent import QUOTED, Agent, Marker, Preamble

_PATH = r"""(?:[\w./~@+-]+|'[^']+')"""
_QUIETLY = r" 2>/dev/null \|\| true && "
_UNALIAS = r"""\{ \\builtin unalias -- '\w+'; \\builtin unset -f -- '\w+'; \} >/dev/null 2>&1 \|\| true && """

CLAUDE_CODE = Agent(
    name="claude-code",
    markers=(Marker("CLAUDECODE"), Marker("CLAUDE_CODE_ENTRYPOINT"), Marker("CLAUDE_CODE_SESSION_ID")),
    executables=("claude",),
    entries=("*/node_modules/@anthropic-ai/claude-code/cli.js", "*/.local/share/claude/versions/*"),
    spawns=("/bin/bash -c TEXT", "/bin/bash -c -l TEXT", "/bin/zsh -c TEXT", "$CLAUDE_CODE_SHELL_PREFIX TEXT"),
    preambles=(
        Preamble(
            re.compile(
                rf"(?:source {_PATH}(?:{_QUIETLY}| && ))?"
                rf"(?:shopt -u extglob{_QUIETLY}|setopt NO_EXTENDED_GLOB(?: NO_BARE_GLOB_QUAL)?{_QUIETLY})?"
                rf"(?:{_UNALIAS})?"
                rf"eval {QUOTED}(?: \\?< /dev/null)? && pwd -P >\| {_PATH}"
            ),
            quoted=True,
            note="anthropics/claude-code issue 93607 (2.1.2xx, bash); the same with setopt in zsh: process listings",
        ),
    ),
    settings=(".claude", ".claude.json"),
    notes=(
        "markers: anthropics/claude-code issues; AI_AGENT=claude-code_VERSION_agent is read by the generic claim",
        "settings: docs.claude.com, Claude Code settings",
    ),
)
