"""OpenAI Codex CLI."""

import re

from interposer.identity.agent import QUOTED, Agent, Marker, Preamble

CODEX = Agent(
    name="codex",
    markers=(
        Marker("CODEX_THREAD_ID"),
        Marker("CODEX_TOOL_CALL_ID"),
        Marker("CODEX_SANDBOX"),
        Marker("CODEX_SANDBOX_NETWORK_DISABLED"),
        Marker("CODEX_CI"),
    ),
    executables=("codex", "codex-linux-sandbox", "codex-exec"),
    entries=("*/node_modules/@openai/codex/bin/codex.js",),
    spawns=("SHELL -lc TEXT", "SHELL -c TEXT", "SHELL -c SNAPSHOT-WRAPPER"),
    preambles=(
        Preamble(
            re.compile(rf"if \. '[^']+' >/dev/null 2>&1; then :; fi\n\nexec '[^']+' -c {QUOTED}"),
            quoted=True,
            note="openai/codex codex-rs/core/src/tools/runtimes/mod.rs, the form without overrides",
        ),
    ),
    settings=(".codex",),
    notes=(
        "spawns: openai/codex codex-rs/core/src/shell.rs, derive_exec_args (commit 083f2d2)",
        "markers: openai/codex codex-rs/core/src/spawn.rs (commit 0226fa6); thread id by exec_env",
        "its environment is cleared and rebuilt; by default HOME LOGNAME PATH SHELL USER and the like are passed on",
    ),
)
