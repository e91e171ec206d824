"""Agents of which only the marker is known: enough to name them, never more than a claim."""

from interposer.identity.agent import Agent, Marker

GENERIC = (
    Agent("copilot", markers=(Marker("COPILOT_AGENT"), Marker("COPILOT_CLI"))),
    Agent("goose", markers=(Marker("GOOSE_TERMINAL"), Marker("AGENT", "goose"))),
    Agent("amp", markers=(Marker("AGENT", "amp"),)),
    Agent("augment", markers=(Marker("AUGMENT_AGENT"),)),
    Agent("antigravity", markers=(Marker("ANTIGRAVITY_AGENT"),)),
    Agent("cline", markers=(Marker("CLINE_ACTIVE"),)),
    Agent("junie", markers=(Marker("JUNIE_DATA"), Marker("JUNIE_SHIM_PATH"))),
    Agent("vscode-agent", markers=(Marker("VSCODE_AGENT"),)),
    Agent("trae", markers=(Marker("TRAE_AI_SHELL_ID"),)),
)
"""Markers: @vercel/detect-agent 1.2.7, std-env 4.3.0, agents.md issue 136."""
