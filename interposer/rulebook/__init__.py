"""The rule book: what interposer knows of each tool, read from `rules/`."""

from interposer.rulebook.book import Rulebook
from interposer.rulebook.compile import compile_rule
from interposer.rulebook.model import Ambient, Example, Rule
from interposer.rulebook.schema import schema

__all__ = ["Ambient", "Example", "Rule", "Rulebook", "compile_rule", "schema"]
