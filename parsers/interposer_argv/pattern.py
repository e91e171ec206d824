"""Value patterns of rule files: `*` stands for any text."""

import re
from collections.abc import Iterable
from functools import lru_cache

from interposer_shell.word import Word


@lru_cache(maxsize=4096)
def compiled(pattern: str) -> re.Pattern[str]:
    """The regular expression that matches what `pattern` does, as a whole."""
    return re.compile(".*".join(re.escape(piece) for piece in pattern.split("*")), re.DOTALL)


def matches(pattern: str, text: str) -> bool:
    """Whether `text` as a whole fits `pattern`."""
    return pattern == text or ("*" in pattern and compiled(pattern).fullmatch(text) is not None)


def word_matches(patterns: Iterable[str], word: Word) -> bool:
    """Whether `word` fits one of `patterns`, whatever its unknown parts turn out to be."""
    text = word.text
    if text is not None:
        return any(matches(pattern, text) for pattern in patterns)
    head = word.head
    return any(
        pattern.endswith("*") and pattern.count("*") == 1 and head.startswith(pattern[:-1]) for pattern in patterns
    )
