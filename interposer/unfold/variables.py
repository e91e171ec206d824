"""Environment variables: what a text sets, and what the tools that it starts make of them."""

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

from interposer.unfold import slots
from interposer.unfold.manner import Manner
from interposer_argv.grammar import Option
from interposer_shell.word import Word

if TYPE_CHECKING:
    from interposer.unfold.engine import Call, Engine
    from interposer.unfold.scene import Scene

_RUNS = re.compile(
    r"(?:^|_)(?:COMMAND|CMD|PAGER|EDITOR|SHELL|HOOK|PRELOAD|EXEC|LAUNCHER|WRAPPER|ASKPASS|RSH|BROWSER|PROGRAM|VIEWER|HELPER|DRIVER|RUNNER)$"
)
_COMMAND = re.compile(r"^(?:\.{0,2}/|~/)|[;&|`<>]|\$\(|\s#|\s-[a-z]*c\b")


def inherited(engine: "Engine", scene: "Scene", changed: Mapping[str, str]) -> None:
    """Variables that the asking process carries and that the session was not opened with."""
    if not changed:
        return
    node = engine.node((), scene, (0, 0))
    node.tool = node.line = "environment"
    node.kind = "read-only"
    call = engine.bare(scene, node)
    for name, value in changed.items():
        option = engine.rulebook.env_option(name)
        word = Word((value,) if value else ())
        if option is not None:
            judge(engine, call, name, word, option)
        if engine.settled:
            scene.variables[name] = word
    if not node.effects:
        engine.nodes.remove(node)


def assignments(engine: "Engine", call: "Call") -> None:
    """Assignments before a command name, or alone: the variables that make any program execute, and what stays set."""
    if call.command is None:
        return
    alone = not call.command.words
    for one in call.command.assignments:
        if one.value is None:
            continue
        option = engine.rulebook.env_option(one.name)
        if option is not None:
            judge(engine, call, one.name, one.value, option)
        if not alone:
            call.prefixed[one.name] = one.value
        elif option is not None or one.name in call.scene.variables or one.name.isupper():
            call.scene.variables[one.name] = one.value


def obeyed(engine: "Engine", call: "Call") -> None:
    """Variables that the started tool obeys: set before its name, or exported earlier in the text."""
    given = call.scene.passed if call.passes else call.scene.passed | set(call.prefixed)
    for name, value in {**call.scene.variables, **call.prefixed}.items():
        option = call.rule.env_option(name) if call.rule is not None else None
        if option is not None:
            judge(engine, call, name, value, option)
        elif name in given and engine.rulebook.env_option(name) is None and _suspicious(name, value):
            engine.found(call, "run", value, Manner("env", name), nested="path", why=f"{name} names a program")


def _suspicious(name: str, value: Word) -> bool:
    return _RUNS.search(name) is not None and _COMMAND.search(value.source) is not None


def judge(engine: "Engine", call: "Call", name: str, value: Word, option: Option) -> None:
    """The effects of setting `name` to `value`, by what the rules say of that variable."""
    slots.option_values(engine, call, option, (value,), Manner("env", name))


def exported(engine: "Engine", call: "Call") -> None:
    """`export NAME=VALUE`, `declare -x`, `readonly`: the same as an assignment alone."""
    for word in call.words[1:]:
        name, equals, _ = word.head.partition("=")
        if equals and name.replace("_", "a").isalnum():
            call.scene.variables[name] = _set(engine, call, name, word)
        elif any(view.sure == "computed" for view in engine.viewer.views(word, call.scene)):
            why = "which variable is set is not known before it runs"
            engine.found(call, "env", word, Manner(option=call.program.name), detail="computed", why=why)


def env_assign(engine: "Engine", call: "Call", word: Word) -> None:
    """`NAME=VALUE` operands of a wrapper (`env A=1 cmd`): set for what is started."""
    name, equals, _ = word.head.partition("=")
    if equals:
        call.prefixed[name] = _set(engine, call, name, word)
        call.passes = True


def _set(engine: "Engine", call: "Call", name: str, word: Word) -> Word:
    value = word.drop(len(name) + 1)
    option = engine.rulebook.env_option(name)
    if option is not None:
        judge(engine, call, name, value, option)
    return value
