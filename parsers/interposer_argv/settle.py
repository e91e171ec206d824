"""From what was given to what it means: slots under other options, cancelled effects, lists, `@FILE`, operands."""

from collections.abc import Iterator
from dataclasses import replace

from interposer_argv.grammar import Does, Operands, Slot, When
from interposer_argv.pattern import word_matches
from interposer_argv.place import TEXT, place
from interposer_argv.reading import Act, ArgvReading, Value
from interposer_argv.scan import Hit, Level, Scan
from interposer_shell.word import Unknown, Word

_NO = frozenset({"false", "False", "FALSE", "f", "F", "0", "no", "off"})
_YES = frozenset({"true", "True", "TRUE", "t", "T", "1", "yes", "on"})


def settle(scan: Scan) -> ArgvReading:
    """The reading that `scan` amounts to."""
    values: list[Value] = []
    acts: list[Act] = []
    given: list[str] = []
    ends = False
    for depth, level in enumerate(scan.levels):
        active: frozenset[str] | None = None
        makes = ""
        for hit in level.hits:
            option = hit.option
            given.append(option.names[0] if option.names else hit.spelled)
            ends = ends or option.ends
            if not (hit.taken or option.does or option.makes):
                continue
            if option.unless or option.when:
                active = _active(scan.levels[: depth + 1]) if active is None else active
                if not active.isdisjoint(option.unless):
                    continue
            if hit.attached is not None and hit.attached.text in _NO:
                continue
            makes = option.makes or makes
            _option(values, acts, hit, level, active or frozenset())
        _mere_call(scan, depth, acts)
        if level.operands:
            _operands(scan, depth, values, acts, makes)
    if scan.levels[0].grammar.response:
        values.extend(_responses(scan, scan.levels[0]))
    values.sort(key=_index)
    return ArgvReading(
        tuple(values),
        tuple(acts),
        tuple(given),
        tuple(scan.sub),
        scan.filtered,
        tuple(scan.unknown),
        tuple(scan.unread),
        tuple(scan.may_be_option),
        ends,
    )


def _index(value: Value) -> int:
    return value.index


def _active(levels: list[Level]) -> frozenset[str]:
    """Every spelling of the options that are given and not taken back, and `SPELLING=VALUE` of those with a value.

    An option of an outer grammar counts unless the innermost one gives its spelling a meaning of its own.
    """
    inner = levels[-1]
    names: set[str] = set()
    for level in levels:
        for hit in level.hits:
            spellings = [
                name
                for name in (*hit.option.names, hit.spelled)
                if level is inner or inner.grammar.options.get(name) in (None, hit.option)
            ]
            spelled = hit.spelled
            twin = "--" + spelled[5:] if spelled.startswith("--no-") else "--no-" + spelled[2:]
            if spelled[:2] == "--":
                names -= {twin, *getattr(level.grammar.options.get(twin), "names", ())}
                if twin in hit.option.names:
                    spellings = [spelled]
            if hit.attached is not None and hit.attached.text not in _YES:
                names -= set(spellings)
                continue
            names.update(spellings)
            for _, words, _ in hit.taken:
                if (text := words[0].text) is not None:
                    names.update(f"{name}={text}" for name in spellings)
    return frozenset(names)


def _chosen(slots: tuple[Slot, ...], when: tuple[When, ...], active: frozenset[str]) -> tuple[Slot, ...]:
    """The slots that hold under the given options; the first condition that is met wins."""
    for condition in when:
        if not active.isdisjoint(condition.options):
            return condition.slots
    return slots


def _option(values: list[Value], acts: list[Act], hit: Hit, level: Level, active: frozenset[str]) -> None:
    """What one given option means."""
    option = hit.option
    harmless = bool(hit.taken and option.harmless)
    slots = _chosen((), option.when, active) if option.when else ()
    for place_, (declared, words, index) in enumerate(hit.taken):
        slot = slots[place_] if place_ < len(slots) else declared
        value = Value(slot, words, "option", hit.spelled, index, option, option.job, option.fills, option.appends)
        if option.split or option.at or option.harmless:
            harmless = _each(values, value) and harmless
        else:
            values.append(value)
    if option.does and not harmless:
        acts.extend(Act(does, hit.spelled, hit.index, _reached(does, level)) for does in option.does)


def _reached(does: Does, level: Level) -> tuple[Word, ...]:
    """The words that an effect without a value acts on; none means the tool's default (mostly the working folder)."""
    if does.to != "operands":
        return ()
    if level.reached is None:
        level.reached = tuple(word for word, _ in level.operands)
    return level.reached


def _mere_call(scan: Scan, depth: int, acts: list[Act]) -> None:
    """The effects that calling the tool or subcommand has by itself."""
    level = scan.levels[depth]
    grammar = level.grammar
    if not grammar.does:
        return
    if grammar.unless and not _active(scan.levels[: depth + 1]).isdisjoint(grammar.unless):
        return
    acts.extend(Act(does, "", max(level.start - 1, 0), _reached(does, level)) for does in grammar.does)


def _operands(scan: Scan, depth: int, values: list[Value], acts: list[Act], makes: str) -> None:
    """What the operands mean."""
    level = scan.levels[depth]
    operands = level.grammar.operands
    slots = operands.slots
    fills = ""
    if operands.when or operands.unless:
        active = _active(scan.levels[: depth + 1])
        if not active.isdisjoint(operands.unless):
            return
        slots = _chosen(slots, operands.when, active)
    if operands.fills:
        fills = _placeholder(level, operands)
    acts.extend(Act(does, "", level.operands[0][1], _reached(does, level)) for does in operands.does)
    front, behind = level.operands, []
    if operands.dashed is not None and level.dash >= 0:
        front, behind = front[: level.dash], front[level.dash :]
    placed = place(slots, front)
    if behind and operands.dashed is not None:
        placed += place((replace(operands.dashed, repeat=True),), behind)
    for slot, words, index in placed:
        kind = replace(slot, kind=makes, detail="") if makes and slot.kind == "read" else slot
        value = Value(kind, words, "operand", "", index, operands, operands.job, fills, operands.appends)
        if operands.split or operands.at or operands.harmless:
            _each(values, value)
        else:
            values.append(value)


def _responses(scan: Scan, level: Level) -> Iterator[Value]:
    """The files of `@FILE`: their words are put in its place before anything is read, also where a value stands."""
    grammar = level.grammar
    operands = grammar.operands
    slot = Slot(grammar.response)
    end = len(scan.argv) if grammar.permute or not level.operands else level.operands[0][1] + 1
    open_ended = {index for word, index in level.operands if word.parts and not word.head}
    for index in range(end):
        word = scan.argv[index]
        if word.head.startswith("@"):
            yield Value(slot, (word.drop(1),), "operand", "", index, operands, operands.job)
        elif index in open_ended:
            yield Value(slot, (word,), "operand", "", index, operands, operands.job)


def _placeholder(level: Level, operands: Operands) -> str:
    """The value of the last given option that sets the placeholder."""
    for hit in reversed(level.hits):
        if hit.taken and not set(operands.fills).isdisjoint(hit.option.names):
            return hit.taken[0][1][0].text or ""
    return ""


def _each(values: list[Value], value: Value) -> bool:
    """Add the items of a list, or the FILE of `@FILE`; returns whether all of them mean nothing dangerous.

    A word that begins with something unknown may turn out to begin with `@`: it is added in both senses.
    """
    taker = value.taker
    if len(value.words) > 1:
        values.append(value)
        return False
    all_harmless = True
    for item in _split(value.word, taker.split) if taker.split else value.words:
        if taker.harmless and word_matches(taker.harmless, item):
            values.append(replace(value, slot=TEXT, words=(item,)))
            continue
        all_harmless = False
        if taker.at and item.head.startswith("@"):
            values.append(replace(value, slot=Slot(taker.at), words=(item.drop(1),)))
            continue
        if taker.at and item.parts and not item.head:
            values.append(replace(value, slot=Slot(taker.at), words=(item,)))
        values.append(replace(value, words=(item,)))
    return all_harmless


def _split(word: Word, by: str) -> list[Word]:
    """The items of a list; an unknown piece belongs to the item that it stands in."""
    result: list[Word] = []
    current: list[str | Unknown] = []
    for part in word.parts:
        if not isinstance(part, str):
            current.append(part)
            continue
        first, *others = part.split(by)
        if first:
            current.append(first)
        for other in others:
            result.append(Word(tuple(current), word.span, word.many))
            current = [other] if other else []
    result.append(Word(tuple(current), word.span, word.many))
    return result
