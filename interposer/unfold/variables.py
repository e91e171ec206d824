"""Environment variables: what a text sets, and what the tools that it starts make of them."""

import re
from typing import TYPE_CHECKING

from interposer.unfold import slots
from interposer_argv.grammar import Option, Slot
from interposer_shell.reading import Command
from interposer_shell.word import Word

if TYPE_CHECKING:
    from interposer.unfold.engine import Call, Engine
    from interposer.unfold.node import Node
    from interposer.unfold.scene import Scene

_RUNS = re.compile(
    r"(?:^|_)(?:COMMAND|CMD|PAGER|EDITOR|SHELL|HOOK|PRELOAD|EXEC|LAUNCHER|WRAPPER|ASKPASS|RSH|BROWSER|PROGRAM|VIEWER|HELPER|DRIVER|RUNNER)$"
)
_COMMAND = re.compile(r"^(?:\.{0,2}/|~/)|[;&|`<>]|\$\(|\s#|\s-[a-z]*c\b")


def assignments(
    engine: "Engine", command: Command, scene: "Scene", node: "Node", locus: tuple[int, int] | None
) -> None:
    """Assignments before a command name, or alone: the shell's own executing variables, and files they make."""
    alone = not command.words
    for one in command.assignments:
        if one.value is None:
            continue
        option = engine.rulebook.env_option(one.name)
        if option is not None:
            judge(engine, scene, node, one.name, one.value, option, locus)
        if alone and (option is not None or one.name in scene.variables or one.name.isupper()):
            scene.variables[one.name] = one.value


def obeyed(engine: "Engine", call: "Call") -> None:
    """Variables that the started tool obeys: before its name, exported earlier, or in the asking environment."""
    scene, rule = call.scene, call.rule
    given = {**scene.variables, **call.prefixed}
    if not given:
        return
    for name, value in given.items():
        option = rule.env_option(name) if rule is not None else None
        if option is not None:
            judge(engine, scene, call.node, name, value, option, call.locus, call)
        elif engine.rulebook.env_option(name) is None and name in call.prefixed and _suspicious(name, value):
            engine.add(
                call.node,
                scene,
                "run",
                value.source,
                via="env",
                option=name,
                span=call.span_of(value),
                nested="path",
                why=f"{name} names a program",
            )


def _suspicious(name: str, value: Word) -> bool:
    return _RUNS.search(name) is not None and _COMMAND.search(value.source) is not None


def judge(
    engine: "Engine",
    scene: "Scene",
    node: "Node",
    name: str,
    value: Word,
    option: Option,
    locus: tuple[int, int] | None,
    call: "Call | None" = None,
) -> None:
    """The effects of setting `name` to `value`, by what the rules say of that variable."""
    target = call or slots.bare_call(engine, scene, node, locus)
    slots.option_values(engine, target, option, name, (value,), "env")


def exported(engine: "Engine", call: "Call") -> None:
    """`export NAME=VALUE`, `declare -x`, `readonly`: the same as an assignment alone."""
    for word in call.words[1:]:
        name, equals, _ = word.head.partition("=")
        if not equals or not name.replace("_", "a").isalnum():
            continue
        value = word.drop(len(name) + 1)
        option = engine.rulebook.env_option(name)
        if option is not None:
            judge(engine, call.scene, call.node, name, value, option, call.locus)
        call.scene.variables[name] = value


def env_assign(engine: "Engine", call: "Call", word: Word, slot: Slot) -> None:
    """`NAME=VALUE` operands of a wrapper (`env A=1 cmd`): set for what is started, so kept in the call's scene."""
    _ = slot
    name, equals, _rest = word.head.partition("=")
    if not equals:
        return
    value = word.drop(len(name) + 1)
    option = engine.rulebook.env_option(name)
    if option is not None:
        judge(engine, call.scene, call.node, name, value, option, call.locus)
    call.prefixed[name] = value
