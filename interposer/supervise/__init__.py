"""The exec layer: every execve of a supervised tree is held until it is judged (Linux)."""
