"""Request to decision in one visible function; pure."""

from interposer.decision import Decision
from interposer.request import Request


def decide(request: Request, guard: object) -> Decision:
    """Judge `request` with all that `guard` holds (rule book, policy, lists, and its view of files)."""
    raise NotImplementedError
