"""One string to words, the way a tool without a shell splits it: blanks, quotes and backslashes."""

from interposer_shell.word import Unknown, Word


def split_words(word: Word) -> tuple[Word, ...]:  # noqa: C901, PLR0912 - one state machine over the characters
    """Split the text of `word` at blanks; unknown pieces stay pieces of the word they stand in."""
    words: list[Word] = []
    parts: list[str | Unknown] = []
    open_word, quote, escaped = False, "", False

    def put(piece: str | Unknown) -> None:
        if isinstance(piece, str) and parts and isinstance(parts[-1], str):
            parts[-1] += piece
        else:
            parts.append(piece)

    for part in word.parts:
        if isinstance(part, Unknown):
            put(part)
            open_word = True
            continue
        for char in part:
            if escaped:
                put(char)
                escaped = False
            elif char == "\\" and quote != "'":
                escaped = open_word = True
            elif quote:
                if char == quote:
                    quote = ""
                else:
                    put(char)
            elif char in "'\"":
                quote, open_word = char, True
            elif char in " \t\n":
                if open_word:
                    words.append(Word(tuple(parts), word.span))
                parts, open_word = [], False
            else:
                put(char)
                open_word = True
    if open_word:
        words.append(Word(tuple(parts), word.span))
    return tuple(words)


def with_filled(words: tuple[Word, ...], placeholder: str, filling: Word) -> tuple[Word, ...]:
    """`words` with every static `placeholder` replaced by the parts of `filling`."""
    return tuple(_filled(word, placeholder, filling) for word in words)


def _filled(word: Word, placeholder: str, filling: Word) -> Word:
    if not any(isinstance(part, str) and placeholder in part for part in word.parts):
        return word
    parts: list[str | Unknown] = []
    for part in word.parts:
        if not isinstance(part, str):
            parts.append(part)
            continue
        for index, piece in enumerate(part.split(placeholder)):
            if index:
                parts += filling.parts
            if piece:
                parts.append(piece)
    return Word(_merged(parts), word.span, word.many)


def _merged(parts: list[str | Unknown]) -> tuple[str | Unknown, ...]:
    merged: list[str | Unknown] = []
    for part in parts:
        if isinstance(part, str) and merged and isinstance(merged[-1], str):
            merged[-1] += part
        else:
            merged.append(part)
    return tuple(merged)
