"""Text that is evaluated once more: by `eval`, `trap`, subscripts, prompts (bash manual 4, 6.9)."""

from collections.abc import Callable
from typing import Final, TypeVar

from interposer_shell import evaluating
from interposer_shell.assigning import Assignments
from interposer_shell.context import TRAP, Context
from interposer_shell.grammar import Parser
from interposer_shell.reading import Assignment, Command, Evaluated, Redirect
from interposer_shell.refusal import ShellSyntaxError, refuse
from interposer_shell.screen import screen
from interposer_shell.tree import RawWord, Sequence
from interposer_shell.variables import ANY, POSITIONAL, Setting
from interposer_shell.word import Unknown, Word

MAX_TEXTS: Final = 64
"""Evaluated texts of one reading."""

_Parsed = TypeVar("_Parsed")
_VARIABLES = frozenset({"PROMPT_COMMAND"})
_PROMPTS = frozenset({"PS0", "PS1", "PS2", "PS4"})
_ATTRIBUTE: Final = "\0attribute"  # a setting that is never sure, wherever it is seen from


class EvaluatedTexts(Assignments):
    """What builtins and prompts evaluate."""

    __slots__ = ()

    def evaluations(
        self, words: list[Word], redirects: tuple[Redirect, ...], stdin: tuple[int, ...], context: Context
    ) -> tuple[Evaluated, ...]:
        """What the builtin evaluates; leading words that may vanish hide no builtin."""
        evaluates: list[Evaluated] = []
        for number, word in enumerate(words):
            rest = evaluating.builtin_words(words[number:])
            if rest:
                evaluates += self._effect(rest, redirects, stdin, context)
            if not word.many:
                break
        if redirects or (words and words[0].many):
            # A redirection may fail, and what vanishes may not vanish: then no argument was set.
            self.order += 1
            self.remember(POSITIONAL, Setting(self.here(), None))
        return tuple(evaluates)

    def _effect(
        self, words: list[Word], redirects: tuple[Redirect, ...], stdin: tuple[int, ...], context: Context
    ) -> list[Evaluated]:
        found = evaluating.effect(words)
        if found is evaluating.NOTHING:
            return []
        if found.refusal:
            refuse(found.refusal, *words[0].span)
        code = list(found.code)
        if "<stdin>" in found.sets:
            code += [
                ("source", one.body, False) for one in redirects[-1:] if one.body is not None and one.fd in {"", "0"}
            ]
        evaluates = [self.run_text(by, text, context, extended=extended) for by, text, extended in code]
        evaluates += [self.expand_text(by, text, context) for by, text in found.expanded if hides_code(text)]
        if found.expanded or words[0].text in evaluating.NAMING:
            self.evaluates = self.evaluates or words[0].text == "let" or bool(found.expanded) or _names_unknown(found)
        self.set_names(found.sets, words, stdin)
        for name in found.fixes:
            always = self.here()._replace(function=_ATTRIBUTE, blocks=(0,))
            self.remember(ANY if name == "*" else name, Setting(always, None))
        for name in found.removes:
            key = ANY if name == "*" else name + "()"
            self.remember(key, Setting(self.here(), None))
        return evaluates

    def run_text(self, by: str, text: Word, context: Context, *, extended: bool) -> Evaluated:
        """Text that is run as commands; what it holds is listed one deeper."""
        static = text.text
        if static is None:
            self.remember(ANY, Setting(self.here(), None))
            return Evaluated(by, text)
        tree = self._parsed(static, text.span)
        function = TRAP if by == "trap" else context.function
        saved = self.context
        line = self.line(text.span[0])
        origin = context.origin or (text.span[0], text.span[1], line)
        inner = context._replace(depth=context.depth + 1, function=function, origin=origin)
        first = len(self.out)
        self.sequence(tree, inner)
        self.enter(saved)
        if extended:
            self._extend(first, context.depth + 1)
        return Evaluated(by, text, tuple(range(first, len(self.out))))

    def _extend(self, first: int, depth: int) -> None:
        """Add the arguments that the builtin appends to the last command of its text."""
        for index in range(len(self.out) - 1, first - 1, -1):
            command = self.out[index]
            if command is not None and command.depth == depth and command.words:
                extra = Word((Unknown("computed", "", many=True),), command.span, many=True)
                words = (*command.words, extra)
                self.out[index] = _with_words(command, words)
                return

    def _parsed(self, text: str, span: tuple[int, int]) -> Sequence:
        cached = self.source.evaluated.get(text)
        if cached is None:
            if len(self.source.evaluated) > MAX_TEXTS:
                refuse("unsettled", *span)
            _screen(text, span)
            inner = Parser(text, self.source.parser)
            inner.depth = self.context.depth
            inner.features = []
            cached = _inside(inner.parse, span)
            self.source.parser.features += [(feature, span[0]) for feature, _ in inner.features]
            self.source.evaluated[text] = cached
        return cached

    def expand_text(self, by: str, text: Word, context: Context) -> Evaluated:
        """Text that is expanded like a subscript: its substitutions run."""
        static = text.text
        first = len(self.out)
        if static is not None:
            _screen(static, text.span)
            inner = Parser(static, self.source.parser)
            pieces = tuple(_inside(inner.double_text, text.span))
            saved = self.context
            origin = context.origin or (*text.span, self.line(text.span[0]))
            self.enter(context._replace(origin=origin))
            self.resolver.visit(RawWord(pieces, 0, 0))
            self.enter(saved)
        return Evaluated(by, text, tuple(range(first, len(self.out))))

    def prompts(self, assignments: tuple[Assignment, ...], context: Context) -> tuple[Evaluated, ...]:
        """`PROMPT_COMMAND` is run, prompts are expanded: `PS4` under `set -x`."""
        evaluates: list[Evaluated] = []
        for one in assignments:
            for word in (one.value,) if one.value is not None else one.items:
                if one.name in _VARIABLES and word.parts:
                    evaluates.append(self.run_text(one.name, word, context, extended=False))
                elif one.name in _PROMPTS and hides_code(word):
                    evaluates.append(self.expand_text(one.name, word, context))
        return tuple(evaluates)


def hides_code(word: Word) -> bool:
    """Whether a substitution in the static text of the word would run if it were expanded."""
    return any(isinstance(part, str) and evaluating.holds_code(part) for part in word.parts) or any(
        hides_code(value) for unknown in word.unknowns for value in unknown.values
    )


def _inside(parse: Callable[[], _Parsed], span: tuple[int, int]) -> _Parsed:
    """Parse an evaluated text; a refusal in it points at the command around it."""
    try:
        return parse()
    except ShellSyntaxError as error:
        raise ShellSyntaxError(error.code, str(error), span, error.hint) from None


def _screen(text: str, span: tuple[int, int]) -> None:
    """Evaluated text may hold characters that the text around it spells as escapes."""
    try:
        screen(text)
    except ShellSyntaxError as error:
        refuse(error.code, *span, detail="in text that is evaluated")


def _names_unknown(found: evaluating.Effect) -> bool:
    return "*" in found.sets


def _with_words(command: Command, words: tuple[Word, ...]) -> Command:
    return Command(
        words, command.assignments, command.redirects, command.span, command.line, command.depth, command.scope,
        command.function, command.calls, command.stdin, command.inherits, command.joined, command.background,
        command.evaluates,
    )  # fmt: skip
