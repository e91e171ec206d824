"""Stand between an AI agent and every command it runs: read, judge, log."""

__version__ = "0.1.0"
