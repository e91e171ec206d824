"""Google Gemini CLI."""

import re

from interposer.identity.agent import Agent, Marker, Preamble

_GUARD = r"(?:shopt -u promptvars nullglob extglob nocaseglob dotglob; )?"

GEMINI_CLI = Agent(
    name="gemini-cli",
    markers=(Marker("GEMINI_CLI"),),
    executables=("gemini",),
    entries=("*/node_modules/@google/gemini-cli/*.js", "*/gemini-cli/bundle/gemini.js"),
    spawns=("bash -c TEXT",),
    preambles=(
        Preamble(
            re.compile(
                _GUARD + r"\{ (?P<command>.*?);? \}; __code=\$\?; pgrep -g 0 >(?:/[\w.-]+)+ 2>&1; exit \$__code;",
                re.DOTALL,
            ),
            note="google-gemini/gemini-cli packages/core/src/tools/shell.ts (commit 002a57e)",
        ),
    ),
    settings=(".gemini",),
    notes=("markers: packages/core/src/services/shellExecutionService.ts (commit 002a57e)",),
)
