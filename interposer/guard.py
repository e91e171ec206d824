"""Everything a decision rests on, opened once and pinned: rule book, lists, policy, view of files."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from interposer.lists import Lists, load_lists
from interposer.paths import config_dir, rules_dir
from interposer.policy.load import load_policy
from interposer.policy.model import Policy
from interposer.rulebook import Rulebook
from interposer.world import Nowhere, World


@dataclass(frozen=True, slots=True)
class Guard:
    """What `pipeline.decide` judges by.

    Attributes:
        policies: every policy that a request of this guard may name, by name.
    """

    rulebook: Rulebook
    lists: Lists
    policies: Mapping[str, Policy]
    world: World

    def policy(self, name: str) -> Policy:
        """The policy `name`; it must be one that was opened."""
        return self.policies[name]


def policy_for(name: str, context: str) -> str:
    """The policy that counts: the named one, else `ci` in context ci, else `default`."""
    return name or ("ci" if context == "ci" else "default")


def policy_folders(config: Path | None = None) -> tuple[Path, ...]:
    """Where policies are looked for: the shipped ones, then the operator's own."""
    return (rules_dir() / "policies", (config or config_dir()) / "policies")


RULES_KEPT = "rules.kept"
"""The file in the state folder, and in a session's folder, that holds the rules compiled (`Rulebook.keep`)."""


def open_guard(*names: str, world: World | None = None, config: Path | None = None, kept: Path | None = None) -> Guard:
    """Open rule book, lists and the policies `names` (default: `default` and `ci`).

    Args:
        names: policies that requests may name.
        world: the view of files; by default none.
        config: the operator's folder.
        kept: where the rules may stand compiled.

    Raises:
        RuleError: a rule file or the lists cannot be used.
        PolicyError: a policy cannot be used.
    """
    folder = config or config_dir()
    own = folder / "rules"
    folders = (rules_dir(), own) if own.is_dir() else (rules_dir(),)
    wanted = names or ("default", "ci")
    return Guard(
        Rulebook.open(folders, kept),
        load_lists(rules_dir() / "lists.toml"),
        {name: load_policy(name, policy_folders(folder)) for name in wanted},
        world or Nowhere(),
    )
