"""The exec layer: every execve of a supervised tree is seen and judged."""
