"""Value patterns of rule files: `*` stands for any text."""

import re
from functools import lru_cache

from interposer_shell.word import Word


@lru_cache(maxsize=4096)
def _compiled(patterns: tuple[str, ...]) -> re.Pattern[str]:
    """The regular expression that matches what any of `patterns` does."""
    sources = (".*".join(re.escape(piece) for piece in pattern.split("*")) for pattern in patterns)
    return re.compile("|".join(sources), re.DOTALL)


def matches(pattern: str, text: str) -> bool:
    """Whether `text` as a whole fits `pattern`."""
    return pattern == text or ("*" in pattern and _compiled((pattern,)).fullmatch(text) is not None)


def word_matches(patterns: tuple[str, ...], word: Word) -> bool:
    """Whether `word` fits one of `patterns`, whatever its unknown parts turn out to be."""
    text = word.text
    if text is not None:
        return _compiled(patterns).fullmatch(text) is not None
    open_ended = (pattern[:-1] for pattern in patterns if pattern.endswith("*") and pattern.count("*") == 1)
    return any(word.head.startswith(beginning) for beginning in open_ended)
