"""Assignments: which variable gets which value (bash manual 3.4, 6.7)."""

from interposer_shell import evaluating
from interposer_shell.reading import Assignment
from interposer_shell.refusal import refuse
from interposer_shell.standing import Standing
from interposer_shell.tree import Bare, RawAssignment, RawWord
from interposer_shell.variables import ANY, POSITIONAL, Setting
from interposer_shell.word import Unknown, Word, merged

_MAX_PARTS = 64
_MAX_VALUE = 10_000
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


class Assignments(Standing):
    """The assignments of commands, and the variables that builtins set."""

    __slots__ = ()

    def assign(self, raw: RawAssignment, *, bare: bool) -> Assignment:
        """Resolve an assignment; `bare` ones set the variable in this shell."""
        index = None
        if raw.subscript is not None:
            self.arithmetic(raw.subscript)
            index = self.resolver.value(raw.subscript)
        if raw.name in {"BASH_CMDS", "BASH_ALIASES"}:
            refuse("rebinding", *self.place(raw.start, raw.end))
        if raw.value is not None:
            assignment = Assignment(raw.name, self.resolver.value(raw.value), raw.append, index)
        else:
            assignment = Assignment(raw.name, None, raw.append, index, self._array(raw))
        if bare:
            self.order += 1
            self._set(assignment, indexed=any(isinstance(item, RawAssignment) for item in raw.items))
            self.resolver.spot = self.here()
        return assignment

    def _array(self, raw: RawAssignment) -> tuple[Word, ...]:
        words: list[Word] = []
        for item in raw.items:
            if isinstance(item, RawWord):
                words += self.resolver.fields(item)
            else:
                if item.subscript is not None:
                    self.arithmetic(item.subscript)
                    self.resolver.visit(item.subscript)
                if item.value is not None:
                    words.append(self.resolver.value(item.value))
        return tuple(words)

    def declaration(self, raw: RawAssignment) -> list[Word]:
        """An assignment among the arguments of a declaration builtin, as the one word that it is."""
        self.declared |= {raw.name}
        if raw.value is not None and any(isinstance(piece, Bare) and "{" in piece.text for piece in raw.value.pieces):
            return self._declared_braces(raw, raw.value)
        value = self.assign(raw, bare=True)
        sign = "+=" if raw.append else "="
        parts: list[str | Unknown] = [raw.name]
        if value.index is not None:
            parts += ["[", *value.index.parts, "]"]
        parts.append(sign)
        if value.value is not None:
            parts += value.value.parts
        else:
            parts += ["(", *evaluating.joined(value.items).parts, ")"]
        return [Word(merged(parts), self.place(raw.start, raw.end))]

    def _declared_braces(self, raw: RawAssignment, value: RawWord) -> list[Word]:
        """Braces in such an assignment are expanded; the last word that they give is what is assigned."""
        sign = "+=" if raw.append else "="
        words = self.resolver.fields(value._replace(pieces=(Bare(raw.name + sign), *value.pieces)))
        self.order += 1
        self.remember(raw.name, Setting(self.here(), None, texts=tuple(words)))
        self.resolver.spot = self.here()
        return words

    def assign_before(self, assignments: tuple[Assignment, ...], words: list[Word]) -> None:
        """Assignments in front of a command reach the shell itself only through some builtins and functions."""
        name = words[0].text
        if name is not None and name not in _KEEPING and name not in self.prior.functions:
            if any(one.name == "POSIXLY_CORRECT" for one in assignments):
                refuse("option", *self.whole())
            return
        for one in assignments:
            texts = one.items if one.value is None else (one.value,)
            self.remember(one.name, Setting(self.here(), None, texts=texts))

    def set_arguments(self, words: list[Word]) -> None:
        """`set -- WORDS` gives the positional parameters, where all of them are known; else they are not."""
        self.order += 1
        given = tuple(words[2:])
        sure = [word.text for word in words[:2]] == ["set", "--"] and not any(word.many for word in given)
        self.remember(POSITIONAL, Setting(self.here(), None, items=given if sure else None, texts=given))

    def _set(self, assignment: Assignment, *, indexed: bool) -> None:
        if assignment.name == "POSIXLY_CORRECT":
            refuse("option", *self.whole())
        word = assignment.value
        words = (word,) if word is not None else assignment.items
        commands = tuple(index for one in words for unknown in one.unknowns for index in unknown.commands)
        spot = self.here()
        if assignment.append and assignment.index is None and word is not None:
            before = self.prior.variables.seen(assignment.name, spot)
            self._add(assignment.name, None if before is None else before.word, word, commands)
        elif assignment.index is not None:
            self.remember(assignment.name, Setting(spot, None, commands, texts=words))
        elif word is None:
            items = None if assignment.append or indexed else assignment.items
            self.remember(assignment.name, Setting(spot, None, commands, items, words))
        else:
            known = None if _is_large(word) else word
            self.remember(assignment.name, Setting(spot, known, commands, texts=() if known else (word,)))

    def _add(self, name: str, before: Word | None, word: Word, commands: tuple[int, ...]) -> None:
        """`NAME+=word`: known where what stood before is; arithmetic adding is not told apart, so digits are not."""
        joined_word = None
        if before is not None and not (numeric(before) and numeric(word)):
            joined_word = Word(merged([*before.parts, *word.parts]), word.span)
        self.remember(name, Setting(self.here(), joined_word, commands, texts=(word,)))

    def set_names(self, names: tuple[str, ...], words: list[Word], stdin: tuple[int, ...]) -> None:
        """Variables that a builtin sets to what is not known; `<...>` names no variable but a state of the shell."""
        declares = words[0].text in {"export", "readonly", "declare", "typeset", "local"}
        for name in names:
            if name.startswith("<"):
                self.found.aliases.add(name)
                continue
            if name == "POSIXLY_CORRECT":
                refuse("option", *words[0].span)
            if name == POSITIONAL:
                self.set_arguments(words)
                continue
            if declares and name != "*":
                # Assignments are remembered already; exporting a bare name leaves its value.
                bare = any(word.text == name for word in words[1:])
                if name in self.declared or (bare and words[0].text in {"export", "readonly"}):
                    continue
            self.order += 1
            commands = stdin if words[0].text in {"read", "mapfile", "readarray"} else ()
            word = Word((Unknown("computed", "$" + name, name, commands=commands),)) if name != "*" else None
            self.remember(ANY if name == "*" else name, Setting(self.here(), word, commands))
        self.resolver.spot = self.here()


def _is_large(word: Word) -> bool:
    """Values that would double with each use are not followed."""
    return len(word.parts) > _MAX_PARTS or sum(len(part) for part in word.parts if isinstance(part, str)) > _MAX_VALUE


def numeric(word: Word) -> bool:
    """Whether the word is a whole number: adding to it may mean arithmetic."""
    text = word.text
    return text is not None and text.lstrip("-").isdigit()
