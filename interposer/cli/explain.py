"""`interposer explain`: the tree from the command to the option to the effect to the rule."""

import argparse
import sys

from interposer.cli.asking import Asker, configure_question, read_words, request_of
from interposer.cli.check import STATUS
from interposer.decision import Decision, Judged, Verdict
from interposer.effects import Effect

SUMMARY = "the tree from command to verdict"
EPILOG = """\
Each line of the tree is a command with its verdict, or one of its effects:
what carries it, what it is, how the value came there, its place, its grade.
The exit status is that of `check`.

examples:
  interposer explain -- tar cf a.tar --checkpoint-action=exec=sh .
  interposer explain -c 'git log | head'
"""
_STYLE: dict[Verdict, str] = {"allow": "green", "ask": "yellow", "deny": "bold red"}
_CLIP = 100
_CARRIER = 8
_PIPE = 1000
"""Columns where no terminal sets them: a pipe gets every line whole."""


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options of `explain`."""
    configure_question(parser)


def run(arguments: argparse.Namespace) -> int:
    """Draw the tree; the exit status is that of `check`."""
    request = request_of(read_words(arguments))
    decision = Asker((arguments.policy,) if arguments.policy else ()).decide(request)
    draw(decision)
    return STATUS[decision.verdict]


def draw(decision: Decision) -> None:
    """Print the decision as a tree, the dangerous argument marked underneath the line."""
    from rich.console import Console  # noqa: PLC0415 - slow to import, only where a person looks
    from rich.text import Text  # noqa: PLC0415 - likewise
    from rich.tree import Tree  # noqa: PLC0415 - likewise

    console = Console(highlight=False, width=None if sys.stdout.isatty() else _PIPE)
    root = Tree(_title(decision, console.width), guide_style="dim")
    branches: list[tuple[int, Tree]] = [(-1, root)]
    for one in decision.commands:
        while branches[-1][0] >= one.depth and len(branches) > 1:
            branches.pop()
        branch = branches[-1][1].add(Text.assemble(_clip(one.line), "  ", (one.verdict, _STYLE[one.verdict])))
        for effect in one.effects:
            branch.add(_effect_line(effect, one))
        branches.append((one.depth, branch))
    console.print(root)
    for name, text in (
        ("why", decision.reason),
        ("instead", decision.safer or decision.advice),
        ("findings", ", ".join(decision.findings)),
    ):
        if text:
            console.print(Text.assemble((f"  {name} ", "dim"), text))


def _title(decision: Decision, width: int) -> "Text":  # type: ignore[name-defined]  # noqa: F821 - rich is imported only where it is drawn
    from rich.text import Text  # noqa: PLC0415 - slow to import

    title = Text(_clip(decision.line, 200))
    marked = _marked(decision)
    if marked is not None and marked[1] <= len(title):
        title.stylize("bold red underline", *marked)
    title.append("   ")
    title.append(decision.verdict, style=_STYLE[decision.verdict])
    if decision.rule:
        title.append("   " + decision.rule)
    if marked is not None and "\n" not in decision.line[: marked[1]] and len(title) <= width:
        title.append("\n" + " " * marked[0] + "^" * max(1, min(marked[1], _CLIP * 2) - marked[0]))
    return title


def _marked(decision: Decision) -> tuple[int, int] | None:
    bad = [one for one in decision.effects if one.grade in {"hard", "dangerous"}]
    if decision.verdict == "allow" or not bad:
        return None
    operand = bad[0].option or bad[0].operand
    at = decision.line.find(operand)
    return (at, at + len(operand)) if operand and at >= 0 else None


def _effect_line(effect: Effect, command: Judged) -> "Text":  # type: ignore[name-defined]  # noqa: F821 - as above
    from rich.text import Text  # noqa: PLC0415 - slow to import

    what = f"{effect.kind} {_clip(effect.operand, 60)}"
    style = {"hard": "bold red", "dangerous": "red", "recorded": "yellow"}.get(effect.grade, "")
    nested = f"[{effect.nested}]" if effect.nested else ""
    rules = ", ".join(command.rules) if effect.grade in {"hard", "dangerous"} else ""
    rest = ["its job" if effect.job else f"via {effect.via}", effect.place, effect.detail, nested]
    told = "  ".join(piece for piece in rest if piece)
    end = f"  {rules}" if rules else ""
    return Text.assemble(
        f"{effect.option or 'operand':{_CARRIER}}  ", (what, style), f"  {told}  ", (effect.grade, style), end
    )


def _clip(text: str, limit: int = _CLIP) -> str:
    line = text.replace("\n", "⏎")
    return line if len(line) <= limit else line[: limit - 1] + "…"
