"""Where a session takes place, put together when it opens."""

from interposer.identity.context import Derived, Facts, context_of, runner_of
from interposer.identity.project import git_facts, home_of_user, project_of, temp_places
from interposer.request import Context, Where


def where(facts: Facts, cwd: str, named: Context | None = None) -> Where:
    """The place of a session that opens in `cwd`; `named` is what `--context` says, which is a claim."""
    derived = context_of(facts) if named is None else Derived(named, "claimed", "flag --context")
    project = project_of(cwd)
    origin, head = git_facts(project)
    runner = runner_of(facts.environ) if derived.context == "ci" else None
    job = "/".join(facts.environ[name] for name in runner.job if facts.environ.get(name)) if runner else ""
    return Where(
        derived.context,
        derived.assurance,
        project=project,
        home=home_of_user(),
        temp=temp_places(facts.environ),
        ci_job=f"{runner.name}:{job}" if runner and job else "",
        repo=(facts.environ.get(runner.repo, "") if runner else "") or origin,
        ref=(facts.environ.get(runner.ref, "") if runner else "") or head,
        evidence=derived.evidence,
    )
