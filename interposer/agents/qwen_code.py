"""Qwen Code, a fork of Gemini CLI."""

import re

from interposer.identity.agent import Agent, Marker, Preamble

QWEN_CODE = Agent(
    name="qwen-code",
    markers=(Marker("QWEN_CODE"),),
    executables=("qwen",),
    entries=("*/node_modules/@qwen-code/qwen-code/*.js",),
    spawns=("bash -c TEXT",),
    preambles=(
        Preamble(
            re.compile(
                r"\{ (?P<command>.*?);? \}; __code=\$\?; pgrep -g 0 >(?:/[\w.-]+)+ 2>&1; exit \$__code;", re.DOTALL
            ),
            note="inherited from Gemini CLI's shell tool; not re-checked in Qwen Code's own",
        ),
    ),
    settings=(".qwen",),
    notes=("markers: QwenLM/qwen-code packages/core/src/services/shellExecutionService.ts",),
)
