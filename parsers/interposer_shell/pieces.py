"""Lists of pieces as they grow, and as they were written."""

from collections.abc import Iterable

from interposer_shell.tree import Bare, Piece


def add_bare(pieces: list[Piece], text: str) -> None:
    """Append unquoted text, joined to unquoted text before it."""
    if pieces and isinstance(pieces[-1], Bare):
        pieces[-1] = Bare(pieces[-1].text + text)
    else:
        pieces.append(Bare(text))


def add_text(pieces: list[Piece], text: str) -> None:
    """Append quoted text, joined to quoted text before it."""
    if pieces and isinstance(pieces[-1], str):
        pieces[-1] += text
    else:
        pieces.append(text)


def source_of(pieces: Iterable[Piece]) -> str:
    """The pieces as written, less the quotes."""
    return "".join(
        piece if isinstance(piece, str) else piece.text if isinstance(piece, Bare) else piece.source for piece in pieces
    )


def plain_text(pieces: Iterable[Piece]) -> str:
    """What of the pieces is text, quoted or not."""
    return "".join(piece if isinstance(piece, str) else piece.text for piece in pieces if isinstance(piece, str | Bare))
