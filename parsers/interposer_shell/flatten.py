"""The syntax tree flattened into commands: who feeds whom, in which scope, with which values.

One pass needs what a later part of the text says (a function defined below, a loop's input). Each pass therefore
starts from what the one before it found out (`Findings`), until two agree.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Final, NamedTuple, TypeVar

from interposer_shell import evaluating
from interposer_shell.grammar import Parser
from interposer_shell.reading import Assignment, Command, Evaluated, Reading, Redirect
from interposer_shell.refusal import ShellSyntaxError, refuse
from interposer_shell.resolve import Resolver
from interposer_shell.screen import screen
from interposer_shell.tree import (
    Arith,
    Bare,
    Compound,
    Item,
    Param,
    RawAssignment,
    RawRedirect,
    RawWord,
    Sequence,
    Simple,
    Subst,
)
from interposer_shell.variables import ANY, Setting, Spot, Variables
from interposer_shell.word import Unknown, Word, literal

_Parsed = TypeVar("_Parsed")
_PASSES = 6
_MAX_COMMANDS = 10_000
_MAX_PARTS = 64
_MAX_VALUE = 10_000
_ANY_CODE = re.compile(r"\$[({\[]|`")
_SUBSCRIPT_CODE = re.compile(r"\[[^\n]*?(?:\$[({\[]|`)")
_IDENTIFIER = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_ASSIGNS = re.compile(r"(?<![=!<>])=(?!=)|\+\+|--|<<=|>>=")
_ARITHMETIC_TESTS = frozenset({"-eq", "-ne", "-lt", "-le", "-gt", "-ge"})
_EVALUATING_TESTS = _ARITHMETIC_TESTS | {"-v", "-R"}
_EVALUATED_VARIABLES = frozenset({"PROMPT_COMMAND"})
_PROMPTS = frozenset({"PS0", "PS1", "PS2", "PS4"})
_KEEPING = frozenset(
    {
        "eval",
        ".",
        "source",
        "export",
        "readonly",
        "declare",
        "typeset",
        "local",
        "command",
        "builtin",
        "exec",
        "trap",
        ":",
    }
)
_ATTRIBUTE: Final = "\0attribute"  # a setting that is never sure, wherever it is seen from
_TRAP: Final = "\0trap"  # the function that a trap's text stands in: it may run at any time


class Context(NamedTuple):
    """What surrounds a command."""

    depth: int = 0
    scope: tuple[int, ...] = ()
    function: str = ""
    stdin: tuple[int, ...] = ()
    inherits: tuple[Redirect, ...] = ()
    blocks: tuple[int, ...] = ()
    loops: tuple[int, ...] = ()
    origin: tuple[int, int, int] | None = None


class Findings:
    """What one pass found out for the next."""

    __slots__ = ("aliases", "calls", "functions", "inherits", "variables")

    def __init__(self) -> None:
        self.variables = Variables()
        self.functions: set[str] = set()
        self.inherits: dict[int, tuple[Redirect, ...]] = {}
        self.calls: dict[str, tuple[int, ...]] = {}
        self.aliases: set[str] = set()

    def agrees(self, other: "Findings") -> bool:
        """Whether another pass from here would find the same."""
        return (
            self.variables.settings == other.variables.settings
            and self.functions == other.functions
            and self.inherits == other.inherits
            and self.calls == other.calls
        )


class Source(NamedTuple):
    """The text being read, its tree, and what was parsed of evaluated texts."""

    text: str
    parser: Parser
    tree: Sequence
    evaluated: dict[str, Sequence]


def flatten(text: str, parser: Parser, tree: Sequence, known: Mapping[str, str]) -> Reading:
    """The reading of a parsed text; raises `ShellSyntaxError` where its values could hide code."""
    source = Source(text, parser, tree, {})
    findings = Findings()
    for _ in range(_PASSES):
        walk = Walk(source, findings, known)
        walk.sequence(tree, Context())
        if walk.settled():
            walk.check_hidden()
            return walk.reading()
        findings = walk.found
    return refuse("unsettled", 0, len(text))


class Walk:
    """One pass over the tree."""

    __slots__ = (
        "_arithmetic", "_context", "_counted", "_declared_names", "_ids", "_order", "_out", "_prior", "_resolver",
        "_source", "_span", "found",
    )  # fmt: skip

    def __init__(self, source: Source, prior: Findings, known: Mapping[str, str]) -> None:
        self._source = source
        self._prior = prior
        self.found = Findings()
        self._out: list[Command | None] = []
        self._ids = 0
        self._order = 0
        self._arithmetic = False
        self._context = Context()
        self._counted = (0, 1)
        self._span = (0, 0, 1)
        self._declared_names: frozenset[str] = frozenset()
        self._resolver = Resolver(prior.variables, self.found.variables, known, self)

    def reading(self) -> Reading:
        """The commands of this pass."""
        commands = tuple(command for command in self._out if command is not None)
        environment: dict[str, Word] = {}
        for name, settings in self.found.variables.settings.items():
            if not _IDENTIFIER.fullmatch(name):
                continue
            top = [one.word for one in settings if len(one.spot.blocks) == 1 and one.word is not None]
            if top:
                environment[name] = top[-1]
        return Reading(commands, frozenset(self.found.functions), tuple(environment.items()))

    def settled(self) -> bool:
        """Whether another pass would read the same: nothing new was found, or nobody asked for it."""
        found, asked = self.found, self._resolver.asked
        settings = found.variables.settings
        if not (found.functions or found.inherits or (asked and ANY in settings) or not asked.isdisjoint(settings)):
            return True
        return found.agrees(self._prior)

    def check_hidden(self) -> None:
        """Refuse a text that evaluates arithmetic or names and assigns text that would run code in them."""
        if "<alias>" in self.found.aliases and "<expand_aliases>" in self.found.aliases:
            refuse("alias", 0, len(self._source.text))
        evaluates = self._arithmetic or self._resolver.indirect or "<evaluates>" in self.found.aliases
        if not evaluates and not self._resolver.prompted:
            return
        pattern = _ANY_CODE if self._resolver.prompted else _SUBSCRIPT_CODE
        if any(pattern.search(text) for text in self._static_texts()):
            refuse("hidden-code", 0, len(self._source.text))

    def _static_texts(self) -> Iterator[str]:
        """All static text that could reach a variable."""
        words: list[Word] = []
        for settings in self.found.variables.settings.values():
            for setting in settings:
                words += setting.texts if setting.word is None else (setting.word, *setting.texts)
        for command in self._out:
            if command is not None:
                words += command.words
                words += [one.value for one in command.assignments if one.value is not None]
                words += [one.body for one in command.redirects + command.inherits if one.body is not None]
        for word in words:
            yield from (part for part in word.parts if isinstance(part, str))

    # -- lists ---------------------------------------------------------------------------------------------------

    def _new(self) -> int:
        self._ids += 1
        return self._ids

    def sequence(self, sequence: Sequence, context: Context) -> tuple[int, ...]:
        """Flatten a list; the indices of the commands whose output leaves it."""
        context = chain = background = self._blocked(context)
        feeders: list[int] = []
        for number, item in enumerate(sequence.items):
            if item.joined in {"", ";", "&"}:
                chain = background = context
                if item.background:
                    chain = background = self._scoped(context)
                here = chain
                if number + 1 < len(sequence.items) and sequence.items[number + 1].joined in {"&&", "||"}:
                    chain = self._blocked(chain)
            elif item.joined == "||":
                here = self._blocked(background)
                chain = self._blocked(background)
            else:
                here = chain
            feeders += self._pipeline(item, here)
        return tuple(feeders)

    def _scoped(self, context: Context) -> Context:
        depth, scope, function, stdin, inherits, blocks, loops, origin = context
        number = self._new()
        return Context(depth, (*scope, number), function, stdin, inherits, (*blocks, number), loops, origin)

    def _blocked(self, context: Context) -> Context:
        depth, scope, function, stdin, inherits, blocks, loops, origin = context
        self._ids += 1
        return Context(depth, scope, function, stdin, inherits, (*blocks, self._ids), loops, origin)

    def _pipeline(self, item: Item, context: Context) -> tuple[int, ...]:
        if len(item.members) == 1:
            return self._member(item.members[0], context, item.joined, background=item.background)
        fed = context.stdin
        for number, member in enumerate(item.members):
            inner = self._scoped(context)._replace(stdin=fed)
            joined = item.pipes[number - 1] if number else item.joined
            fed = self._member(member, inner, joined, background=item.background)
        return fed

    def _member(self, member: Simple | Compound, context: Context, joined: str, *, background: bool) -> tuple[int, ...]:
        if isinstance(member, Simple):
            return (self._simple(member, context, joined, background=background),)
        return self._compound(member, context, joined, background=background)

    # -- places --------------------------------------------------------------------------------------------------

    def place(self, start: int, end: int) -> tuple[int, int]:
        """The span in the text as it was given; of nested text, that of the command around it."""
        origin = self._context.origin
        if origin is not None:
            return origin[0], origin[1]
        place = self._source.parser.place
        return place(start), place(end)

    def note(self, feature: str, start: int) -> None:
        """Another shell than bash would resolve this otherwise."""
        self._source.parser.features.append((feature, self.place(start, start)[0]))

    def _line(self, start: int) -> int:
        if self._context.origin is not None:
            return self._context.origin[2]
        at, line = self._counted
        text = self._source.text
        line = line + text.count("\n", at, start) if start >= at else 1 + text.count("\n", 0, start)
        self._counted = start, line
        return line

    def _spot(self) -> Spot:
        context = self._context
        return Spot(self._order, context.blocks, context.loops, context.function)

    def _enter(self, context: Context) -> None:
        """Resolve words as seen from here."""
        self._context = context
        self._order += 1
        self._resolver.spot = self._spot()

    # -- simple commands -----------------------------------------------------------------------------------------

    def _simple(self, simple: Simple, context: Context, joined: str, *, background: bool) -> int:
        if len(self._out) >= _MAX_COMMANDS:
            refuse("too-large", *self.place(simple.start, simple.end))
        index = len(self._out)
        self._out.append(None)
        self._enter(context)
        span = self.place(simple.start, simple.end)
        line = self._line(span[0])
        self._span = (*span, line)
        self._declared_names = frozenset()
        assignments = tuple(self._assignment(raw, bare=not simple.words) for raw in simple.assignments)
        words = self._words(simple, context)
        redirects = tuple(self._redirect(raw) for raw in simple.redirects) if simple.redirects else ()
        stdin = _redirected(redirects, context)
        calls = False
        evaluates: tuple[Evaluated, ...] = ()
        if words:
            calls = self._calls(words[0], stdin)
            if simple.assignments:
                self._prefixed(assignments, words)
            evaluates = self._evaluate(words, redirects, stdin, context)
        evaluates += self._prompts(assignments, context)
        self._out[index] = Command(
            tuple(words),
            assignments,
            redirects,
            span,
            line,
            context.depth,
            context.scope,
            "" if context.function == _TRAP else context.function,
            calls,
            stdin,
            context.inherits,
            joined,
            background,
            evaluates,
        )
        return index

    def _words(self, simple: Simple, context: Context) -> list[Word]:
        words: list[Word] = []
        fields = self._resolver.fields
        for raw in simple.words:
            if isinstance(raw, RawWord):
                words += fields(raw)
            else:
                words += self._declared(raw)
        if context is not self._context:
            self._enter(context)
        return words

    def _declared_braces(self, raw: RawAssignment, value: RawWord) -> list[Word]:
        """Braces in such an assignment are expanded; the last word that they give is what is assigned."""
        sign = "+=" if raw.append else "="
        words = self._resolver.fields(value._replace(pieces=(Bare(raw.name + sign), *value.pieces)))
        self._order += 1
        self._remember(raw.name, Setting(self._spot(), None, texts=tuple(words)))
        self._resolver.spot = self._spot()
        return words

    def _declared(self, raw: RawAssignment) -> list[Word]:
        """An assignment among the arguments of a declaration builtin, as the one word that it is."""
        self._declared_names |= {raw.name}
        if raw.value is not None and any(isinstance(piece, Bare) and "{" in piece.text for piece in raw.value.pieces):
            return self._declared_braces(raw, raw.value)
        value = self._assignment(raw, bare=True)
        sign = "+=" if raw.append else "="
        parts: list[str | Unknown] = [raw.name]
        if value.index is not None:
            parts += ["[", *value.index.parts, "]"]
        parts.append(sign)
        if value.value is not None:
            parts += value.value.parts
        else:
            parts += ["(", *evaluating.joined(value.items).parts, ")"]
        return [Word(_merged(parts), self.place(raw.start, raw.end))]

    def _assignment(self, raw: RawAssignment, *, bare: bool) -> Assignment:
        """Resolve an assignment; `bare` ones set the variable in this shell."""
        index = None
        if raw.subscript is not None:
            self.arithmetic(raw.subscript)
            index = self._resolver.value(raw.subscript)
        if raw.name in {"BASH_CMDS", "BASH_ALIASES"}:
            refuse("rebinding", *self.place(raw.start, raw.end))
        if raw.value is not None:
            assignment = Assignment(raw.name, self._resolver.value(raw.value), raw.append, index)
        else:
            assignment = Assignment(raw.name, None, raw.append, index, self._array(raw))
        if bare:
            self._order += 1
            self._set(assignment, indexed=any(isinstance(item, RawAssignment) for item in raw.items))
            self._resolver.spot = self._spot()
        return assignment

    def _array(self, raw: RawAssignment) -> tuple[Word, ...]:
        words: list[Word] = []
        for item in raw.items:
            if isinstance(item, RawWord):
                words += self._resolver.fields(item)
            else:
                if item.subscript is not None:
                    self.arithmetic(item.subscript)
                    self._resolver.visit(item.subscript)
                if item.value is not None:
                    words.append(self._resolver.value(item.value))
        return tuple(words)

    def _set(self, assignment: Assignment, *, indexed: bool) -> None:
        if assignment.name == "POSIXLY_CORRECT":
            refuse("option", *self._context_span())
        word = assignment.value
        words = (word,) if word is not None else assignment.items
        commands = tuple(index for one in words for unknown in one.unknowns for index in unknown.commands)
        spot = self._spot()
        if assignment.append and assignment.index is None and word is not None:
            before = self._prior.variables.seen(assignment.name, spot)
            self._add(assignment.name, None if before is None else before.word, word, commands)
        elif assignment.index is not None:
            self._remember(assignment.name, Setting(spot, None, commands, texts=words))
        elif word is None:
            items = None if assignment.append or indexed else assignment.items
            self._remember(assignment.name, Setting(spot, None, commands, items, words))
        else:
            known = None if _is_large(word) else word
            self._remember(assignment.name, Setting(spot, known, commands, texts=() if known else (word,)))

    def _add(self, name: str, before: Word | None, word: Word, commands: tuple[int, ...]) -> None:
        """`NAME+=word`: known where what stood before is; arithmetic adding is not told apart, so digits are not."""
        joined_word = None
        if before is not None and not (_numeric(before) and _numeric(word)):
            joined_word = Word(_merged([*before.parts, *word.parts]), word.span)
        self._remember(name, Setting(self._spot(), joined_word, commands, texts=(word,)))

    def _remember(self, name: str, setting: Setting) -> None:
        self.found.variables.add(name, setting)

    def _context_span(self) -> tuple[int, int]:
        return 0, len(self._source.text)

    def _prefixed(self, assignments: tuple[Assignment, ...], words: list[Word]) -> None:
        """Assignments in front of a command reach the shell itself only through some builtins and functions."""
        name = words[0].text
        if name is not None and name not in _KEEPING and name not in self._prior.functions:
            if any(one.name == "POSIXLY_CORRECT" for one in assignments):
                refuse("option", *self._context_span())
            return
        for one in assignments:
            texts = one.items if one.value is None else (one.value,)
            self._remember(one.name, Setting(self._spot(), None, texts=texts))

    def _calls(self, name: Word, stdin: tuple[int, ...]) -> bool:
        text = name.text
        if text is None or text not in self._prior.functions:
            return False
        known = self.found.calls.get(text, ())
        self.found.calls[text] = known + tuple(index for index in stdin if index not in known)
        return self._prior.variables.seen(text + "()", self._spot()) is not None

    # -- evaluated text ------------------------------------------------------------------------------------------

    def _evaluate(
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
        evaluates = [self._code(by, text, context, extended=extended) for by, text, extended in code]
        evaluates += [self._expanded(by, text, context) for by, text in found.expanded if _hides_code(text)]
        if found.expanded or words[0].text in evaluating.NAMING:
            self._arithmetic = (
                self._arithmetic or words[0].text == "let" or bool(found.expanded) or _names_unknown(found)
            )
        self._settings(found.sets, words, stdin)
        for name in found.fixes:
            always = self._spot()._replace(function=_ATTRIBUTE, blocks=(0,))
            self._remember(ANY if name == "*" else name, Setting(always, None))
        for name in found.removes:
            key = ANY if name == "*" else name + "()"
            self._remember(key, Setting(self._spot(), None))
        return evaluates

    def _settings(self, names: tuple[str, ...], words: list[Word], stdin: tuple[int, ...]) -> None:
        declares = words[0].text in {"export", "readonly", "declare", "typeset", "local"}
        for name in names:
            if name.startswith("<"):
                self.found.aliases.add(name)
                continue
            if name == "POSIXLY_CORRECT":
                refuse("option", *words[0].span)
            if declares and name != "*":
                # Assignments are remembered already; exporting a bare name leaves its value.
                bare = any(word.text == name for word in words[1:])
                if name in self._declared_names or (bare and words[0].text in {"export", "readonly"}):
                    continue
            self._order += 1
            commands = stdin if words[0].text in {"read", "mapfile", "readarray"} else ()
            word = Word((Unknown("computed", "$" + name, name, commands=commands),)) if name != "*" else None
            self._remember(ANY if name == "*" else name, Setting(self._spot(), word, commands))
        self._resolver.spot = self._spot()

    def _code(self, by: str, text: Word, context: Context, *, extended: bool) -> Evaluated:
        """Text that is run as commands; what it holds is listed one deeper."""
        static = text.text
        if static is None:
            self._remember(ANY, Setting(self._spot(), None))
            return Evaluated(by, text)
        tree = self._parsed(static, text.span)
        function = _TRAP if by == "trap" else context.function
        saved = self._context
        line = self._line(text.span[0])
        origin = context.origin or (text.span[0], text.span[1], line)
        inner = context._replace(depth=context.depth + 1, function=function, origin=origin)
        first = len(self._out)
        self.sequence(tree, inner)
        self._enter(saved)
        if extended:
            self._extend(first, context.depth + 1)
        return Evaluated(by, text, tuple(range(first, len(self._out))))

    def _extend(self, first: int, depth: int) -> None:
        """Add the arguments that the builtin appends to the last command of its text."""
        for index in range(len(self._out) - 1, first - 1, -1):
            command = self._out[index]
            if command is not None and command.depth == depth and command.words:
                extra = Word((Unknown("computed", "", many=True),), command.span, many=True)
                words = (*command.words, extra)
                self._out[index] = _with_words(command, words)
                return

    def _parsed(self, text: str, span: tuple[int, int]) -> Sequence:
        cached = self._source.evaluated.get(text)
        if cached is None:
            if len(self._source.evaluated) > 64:  # noqa: PLR2004 (texts that keep making new texts)
                refuse("unsettled", *span)
            _screen(text, span)
            inner = Parser(text, self._source.parser)
            inner.depth = self._context.depth
            inner.features = []
            cached = _inside(inner.parse, span)
            self._source.parser.features += [(feature, span[0]) for feature, _ in inner.features]
            self._source.evaluated[text] = cached
        return cached

    def _expanded(self, by: str, text: Word, context: Context) -> Evaluated:
        """Text that is expanded like a subscript: its substitutions run."""
        static = text.text
        first = len(self._out)
        if static is not None:
            _screen(static, text.span)
            inner = Parser(static, self._source.parser)
            pieces = tuple(_inside(inner.double_text, text.span))
            saved = self._context
            origin = context.origin or (*text.span, self._line(text.span[0]))
            self._enter(context._replace(origin=origin))
            self._resolver.visit(RawWord(pieces, 0, 0))
            self._enter(saved)
        return Evaluated(by, text, tuple(range(first, len(self._out))))

    def _prompts(self, assignments: tuple[Assignment, ...], context: Context) -> tuple[Evaluated, ...]:
        """`PROMPT_COMMAND` is run, prompts are expanded: `PS4` under `set -x`."""
        evaluates: list[Evaluated] = []
        for one in assignments:
            for word in (one.value,) if one.value is not None else one.items:
                if one.name in _EVALUATED_VARIABLES and word.parts:
                    evaluates.append(self._code(one.name, word, context, extended=False))
                elif one.name in _PROMPTS and _hides_code(word):
                    evaluates.append(self._expanded(one.name, word, context))
        return tuple(evaluates)

    # -- expansions ----------------------------------------------------------------------------------------------

    def substitute(self, piece: Subst) -> tuple[int, ...]:
        """List the commands of a substitution; those whose output it is."""
        context = self._context
        spot = self._resolver.spot
        inner = self._scoped(context)._replace(depth=context.depth + 1)
        if piece.opener == ">(":
            # It reads what the command around it writes, whose index is the last one that is still open.
            inner = inner._replace(stdin=self._open_command())
        if piece.foreign and context.origin is None:
            inner = inner._replace(origin=self._span)
        feeders = self.sequence(piece.body, inner)
        self._context = context
        self._resolver.spot = spot
        return feeders

    def _open_command(self) -> tuple[int, ...]:
        for index in range(len(self._out) - 1, -1, -1):
            if self._out[index] is None:
                return (index,)
        return ()

    def assigned(self, name: str) -> None:
        """`${name:=word}` may set the variable."""
        self._order += 1
        self._remember(name, Setting(self._spot(), None))

    def arithmetic(self, raw: RawWord) -> None:
        """An arithmetic expression: names in it are evaluated, and set where it assigns."""
        plain = "".join(
            piece if isinstance(piece, str) else piece.text for piece in raw.pieces if isinstance(piece, str | Bare)
        )
        if not _IDENTIFIER.search(plain) and all(isinstance(piece, str | Bare) for piece in raw.pieces):
            return
        self._arithmetic = True
        if _ASSIGNS.search(plain):
            for name in _IDENTIFIER.findall(plain):
                self._order += 1
                self._remember(name, Setting(self._spot(), None))
            if any(not isinstance(piece, str | Bare) for piece in raw.pieces):
                for piece in raw.pieces:
                    if isinstance(piece, Param):
                        self._remember(ANY, Setting(self._spot(), None))

    # -- redirections --------------------------------------------------------------------------------------------

    def _redirect(self, raw: RawRedirect) -> Redirect:
        span = self.place(raw.start, raw.end)
        if raw.here is not None:
            body = raw.here.body or RawWord((), raw.start, raw.end)
            return Redirect(raw.op, raw.fd, None, self._here_body(body, span), span)
        if raw.word is None:
            return Redirect(raw.op, raw.fd, None, None, span)
        if raw.fd.startswith("{"):
            self._remember(raw.fd[1:-1], Setting(self._spot(), None))
        if raw.op == "<<<":
            word = self._resolver.value(raw.word, colons=False)
            return Redirect(raw.op, raw.fd, None, Word(_merged([*word.parts, "\n"]), word.span), span)
        target = self._resolver.target(raw.word)
        text = target.text
        if raw.op in {">&", "<&"} and text is not None and set(text) & set("$`\\"):
            refuse("descriptor-twice", *span)
        return Redirect(raw.op, raw.fd, target, None, span)

    def _here_body(self, body: RawWord, span: tuple[int, int]) -> Word:
        saved = self._context
        if saved.origin is None:
            self._context = saved._replace(origin=(*span, self._line(span[0])))
        word = self._resolver.value(body._replace(pieces=tuple(_quoted(piece) for piece in body.pieces)))
        self._context = saved
        return Word(word.parts, span)

    # -- compound commands ---------------------------------------------------------------------------------------

    def _compound(self, compound: Compound, context: Context, joined: str, *, background: bool) -> tuple[int, ...]:
        if compound.kind == "function":
            return self._function(compound, context)
        first = len(self._out)
        self._context = context
        span = self.place(compound.start, compound.end)
        self._span = (*span, self._line(span[0]))
        redirects = self._compound_redirects(compound, context)
        inner = context
        if compound.redirects:
            inner = context._replace(inherits=context.inherits + redirects, stdin=_redirected(redirects, context))
        feeders = self._body(compound, inner)
        if len(self._out) == first and redirects:
            self._empty(compound, context, redirects, joined, background=background)
        if compound.redirects and any(_runs(raw) for raw in compound.redirects):
            self._enter(context)
            self.found.inherits[id(compound)] = tuple(self._redirect(raw) for raw in compound.redirects)
        return feeders

    def _compound_redirects(self, compound: Compound, context: Context) -> tuple[Redirect, ...]:
        """The redirections; those that run something stand behind the body, so the pass before has resolved them."""
        if not compound.redirects:
            return ()
        if any(_runs(raw) for raw in compound.redirects):
            return self._prior.inherits.get(id(compound), ())
        self._enter(context)
        return tuple(self._redirect(raw) for raw in compound.redirects)

    def _empty(
        self, compound: Compound, context: Context, redirects: tuple[Redirect, ...], joined: str, *, background: bool
    ) -> None:
        """A compound command that runs nothing still opens its redirections."""
        self._context = context
        span = self.place(compound.start, compound.end)
        function = "" if context.function == _TRAP else context.function
        self._out.append(
            Command(
                (), (), redirects, span, self._line(span[0]), context.depth, context.scope, function,
                stdin=context.stdin, inherits=context.inherits, joined=joined, background=background,
            )
        )  # fmt: skip

    def _body(self, compound: Compound, context: Context) -> tuple[int, ...]:
        match compound.kind:
            case "(" | "coproc":
                context = self._scoped(context)._replace(depth=context.depth + 1)
                if compound.kind == "coproc":
                    self._remember(compound.name, Setting(self._spot(), None))
            case "while" | "for((":
                context = context._replace(loops=(*context.loops, self._new()))
            case "for" | "select":
                return self._for(compound, context)
            case "[[":
                self._conditional(compound, context)
                return ()
            case _:
                pass
        feeders: list[int] = []
        for part in compound.parts:
            if isinstance(part, Sequence):
                found = self.sequence(part, context)
                feeders += found
            else:
                self._enter(context)
                if compound.kind in {"((", "for(("}:
                    self.arithmetic(part)
                self._resolver.visit(part)
        return tuple(feeders)

    def _for(self, compound: Compound, context: Context) -> tuple[int, ...]:
        self._enter(context)
        words = [word for part in compound.parts if isinstance(part, RawWord) for word in self._loop_words(part)]
        commands = tuple(index for word in words for unknown in word.unknowns for index in unknown.commands)
        known = all(unknown.why in {"env", "glob", "user", "special"} for word in words for unknown in word.unknowns)
        source = "$" + compound.name
        loop = Unknown("loop", source, compound.name, values=tuple(words) if known else (), commands=commands)
        inner = context._replace(loops=(*context.loops, self._new()), blocks=(*context.blocks, self._new()))
        self._context = inner
        self._order += 1
        value = Word((loop,)) if compound.kind == "for" else Word((Unknown("loop", source, compound.name),))
        self._remember(compound.name, Setting(self._spot(), value, commands, texts=tuple(words)))
        feeders: list[int] = []
        for part in compound.parts:
            if isinstance(part, Sequence):
                feeders += self.sequence(part, inner)
        return tuple(feeders)

    def _loop_words(self, part: RawWord) -> list[Word]:
        if part.end == 0:
            return [Word((Unknown("positional", "$@", "@", many=True),), many=True)]
        return self._resolver.fields(part)

    def _conditional(self, compound: Compound, context: Context) -> None:
        """`[[ ]]`: its words run what is substituted in them; `-v` and arithmetic operators evaluate text."""
        self._enter(context)
        raws = [part for part in compound.parts if isinstance(part, RawWord)]
        index = len(self._out)
        shown = any(_static_code(raw) for raw in raws)
        if shown:
            self._out.append(None)
        words = [self._resolver.value(raw, colons=False) for raw in raws]
        evaluates = [self._expanded("[[", word, context) for word in self._evaluated_tests(words) if _hides_code(word)]
        if shown:
            span = self.place(compound.start, compound.end)
            self._out[index] = Command(
                (literal("[["), *words, literal("]]")), span=span, line=self._line(span[0]), depth=context.depth,
                scope=context.scope, inherits=context.inherits, evaluates=tuple(evaluates),
            )  # fmt: skip

    def _evaluated_tests(self, words: list[Word]) -> list[Word]:
        """The operands that `[[ ]]` takes for arithmetic or for the name of a variable."""
        found: list[Word] = []
        for number, word in enumerate(words):
            before = words[number - 1].text if number else None
            after = words[number + 1].text if number + 1 < len(words) else None
            if before in _EVALUATING_TESTS or after in _ARITHMETIC_TESTS:
                self._arithmetic = self._arithmetic or not _numeric(word)
                if before not in {"-v", "-R"}:
                    self.arithmetic(RawWord((word.source,), 1, 1))
                found.append(word)
        return found

    def _function(self, compound: Compound, context: Context) -> tuple[int, ...]:
        self._context = context
        self.found.functions.add(compound.name)
        self._order += 1
        self._remember(compound.name + "()", Setting(self._spot(), None))
        inner = context._replace(
            depth=context.depth + 1, function=compound.name, stdin=self._prior.calls.get(compound.name, ()), loops=()
        )
        for part in compound.parts:
            if isinstance(part, Sequence):
                self.sequence(part, inner)
        return ()


def _redirected(redirects: tuple[Redirect, ...], context: Context) -> tuple[int, ...]:
    """The commands whose output stands on standard input behind these redirections."""
    stdin = context.stdin
    for one in redirects:
        if one.op not in {"<", "<<", "<<-", "<<<", "<>", "<&"} or one.fd not in {"", "0"}:
            continue
        word = one.target if one.target is not None else one.body
        stdin = tuple(index for unknown in word.unknowns for index in unknown.commands) if word is not None else ()
    return stdin


def _runs(raw: RawRedirect) -> bool:
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


def _merged(parts: list[str | Unknown]) -> tuple[str | Unknown, ...]:
    out: list[str | Unknown] = []
    for part in parts:
        if isinstance(part, str) and out and isinstance(out[-1], str):
            out[-1] += part
        elif part != "":
            out.append(part)
    return tuple(out)


def _is_large(word: Word) -> bool:
    """Values that would double with each use are not followed."""
    return len(word.parts) > _MAX_PARTS or sum(len(part) for part in word.parts if isinstance(part, str)) > _MAX_VALUE


def _hides_code(word: Word) -> bool:
    return any(isinstance(part, str) and evaluating.holds_code(part) for part in word.parts) or any(
        _hides_code(value) for unknown in word.unknowns for value in unknown.values
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


def _static_code(raw: RawWord) -> bool:
    texts = (piece.text if isinstance(piece, Bare) else piece for piece in raw.pieces if isinstance(piece, str | Bare))
    return any(evaluating.holds_code(text) for text in texts)


def _names_unknown(found: evaluating.Effect) -> bool:
    return "*" in found.sets


def _numeric(word: Word) -> bool:
    text = word.text
    return text is not None and text.lstrip("-").isdigit()


def _with_words(command: Command, words: tuple[Word, ...]) -> Command:
    return Command(
        words, command.assignments, command.redirects, command.span, command.line, command.depth, command.scope,
        command.function, command.calls, command.stdin, command.inherits, command.joined, command.background,
        command.evaluates,
    )  # fmt: skip
