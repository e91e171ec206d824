"""How a value is taken: where it stood, what carries it, and what the tool does with it."""

from dataclasses import dataclass

from interposer_argv.grammar import Via


@dataclass(frozen=True, slots=True)
class Manner:
    """How a value is taken.

    Attributes:
        via: where it stood.
        option: the option, variable or key that carries it, "" for operands.
        job: running it is what the tool is for.
        fills: placeholder that the tool replaces in it.
        appends: the tool adds arguments of its own behind it.
        commands: it holds commands for the user's own work, so that ordinary programs are fine in it.
        scripted: a script's own command runs it (awk system(), sed e): shell text however plain it looks.
    """

    via: Via = "operand"
    option: str = ""
    job: bool = False
    fills: str = ""
    appends: bool = False
    commands: bool = False
    scripted: bool = False
