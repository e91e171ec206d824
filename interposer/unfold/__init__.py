"""Open a request until only leaves remain: every command, at any depth, with its effects; bounded."""
