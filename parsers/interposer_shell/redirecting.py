"""Redirections: what they open, and what they feed to a command (bash manual 3.6)."""

from interposer_shell.context import Context
from interposer_shell.evaluated import EvaluatedTexts
from interposer_shell.reading import Redirect
from interposer_shell.refusal import refuse
from interposer_shell.tree import Arith, Bare, Compound, Param, RawRedirect, RawWord, Subst
from interposer_shell.variables import Setting
from interposer_shell.word import Word, merged


class Redirections(EvaluatedTexts):
    """The redirections of simple and compound commands."""

    __slots__ = ()

    def redirect(self, raw: RawRedirect) -> Redirect:
        """One redirection; its words are resolved as seen from here."""
        span = self.place(raw.start, raw.end)
        if raw.here is not None:
            body = raw.here.body or RawWord((), raw.start, raw.end)
            return Redirect(raw.op, raw.fd, None, self._here_body(body, span), span)
        if raw.word is None:
            return Redirect(raw.op, raw.fd, None, None, span)
        if raw.fd.startswith("{"):
            self.remember(raw.fd[1:-1], Setting(self.here(), None))
        if raw.op == "<<<":
            word = self.resolver.value(raw.word, colons=False)
            return Redirect(raw.op, raw.fd, None, Word(merged([*word.parts, "\n"]), word.span), span)
        target = self.resolver.target(raw.word)
        text = target.text
        if raw.op in {">&", "<&"} and text is not None and set(text) & set("$`\\"):
            refuse("descriptor-twice", *span)
        return Redirect(raw.op, raw.fd, target, None, span)

    def _here_body(self, body: RawWord, span: tuple[int, int]) -> Word:
        saved = self.context
        if saved.origin is None:
            self.context = saved._replace(origin=(*span, self.line(span[0])))
        word = self.resolver.value(body._replace(pieces=tuple(_quoted(piece) for piece in body.pieces)))
        self.context = saved
        return Word(word.parts, span)

    def compound_redirects(self, compound: Compound, context: Context) -> tuple[Redirect, ...]:
        """The redirections; those that run something stand behind the body, so the pass before has resolved them."""
        if not compound.redirects:
            return ()
        if any(runs(raw) for raw in compound.redirects):
            return self.prior.inherits.get(id(compound), ())
        self.enter(context)
        return tuple(self.redirect(raw) for raw in compound.redirects)


def redirected(redirects: tuple[Redirect, ...], context: Context) -> tuple[int, ...]:
    """The commands whose output stands on standard input behind these redirections."""
    stdin = context.stdin
    for one in redirects:
        if one.op not in {"<", "<<", "<<-", "<<<", "<>", "<&"} or one.fd not in {"", "0"}:
            continue
        word = one.target if one.target is not None else one.body
        stdin = tuple(index for unknown in word.unknowns for index in unknown.commands) if word is not None else ()
    return stdin


def runs(raw: RawRedirect) -> bool:
    """Whether resolving the redirection lists commands."""
    word = raw.word if raw.here is None else raw.here.body
    return word is not None and any(_substitutes(piece) for piece in word.pieces)


def _substitutes(piece: object) -> bool:
    return isinstance(piece, Subst | Arith) or (
        isinstance(piece, Param) and (piece.operand is not None or piece.subscript is not None)
    )


def _quoted(piece: object) -> str | Param | Subst | Arith:
    """A piece of a here-document: nothing in it is bare."""
    if isinstance(piece, Bare):
        return piece.text
    if isinstance(piece, str | Param | Subst | Arith):
        return piece
    raise TypeError(piece)
