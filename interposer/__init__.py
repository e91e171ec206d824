"""Stand between an AI agent and every command it runs: read, judge, log."""
