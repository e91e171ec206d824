"""The place of the exec layer, in which every execve of a supervised tree is seen and judged; not in this version."""
