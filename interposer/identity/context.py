"""Where a session takes place, derived by one table.

Looked at are the processes above the agent (above the asking process, where there is none) and the environment in
which the session opened. The first row that holds decides.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase

from interposer.identity.observe import Process
from interposer.request import Assurance, Context

EDITORS = frozenset(
    {
        "code", "code-insiders", "code-oss", "codium", "cursor", "windsurf", "antigravity", "trae", "kiro", "positron",
        "zed", "zed-editor", "sublime_text", "nvim", "vim", "emacs", "helix", "hx", "kate", "fleet", "eclipse",
        "idea", "pycharm", "goland", "webstorm", "clion", "rider", "rustrover", "phpstorm", "rubymine", "studio",
    }
)  # fmt: skip
SCHEDULERS = frozenset({"cron", "crond", "anacron", "fcron", "atd", "cronie", "dcron"})
"""They run as root, so a process of the agent's own user cannot pose as one."""


@dataclass(frozen=True, slots=True)
class Runner:
    """A CI system: the variable that marks its jobs, and those that name job, repository and ref."""

    name: str
    marker: str
    value: str = "?*"
    job: tuple[str, ...] = ()
    repo: str = ""
    ref: str = ""


RUNNERS = (
    # docs.github.com "Default environment variables"
    Runner("github", "GITHUB_ACTIONS", "true", ("GITHUB_RUN_ID", "GITHUB_JOB"), "GITHUB_REPOSITORY", "GITHUB_REF"),
    # docs.gitlab.com "Predefined CI/CD variables"
    Runner("gitlab", "GITLAB_CI", "true", ("CI_JOB_ID",), "CI_PROJECT_PATH", "CI_COMMIT_REF_NAME"),
    # buildkite.com/docs "Environment variables"
    Runner("buildkite", "BUILDKITE", "true", ("BUILDKITE_JOB_ID",), "BUILDKITE_REPO", "BUILDKITE_BRANCH"),
    # circleci.com/docs "Project values and variables"
    Runner("circleci", "CIRCLECI", "true", ("CIRCLE_WORKFLOW_JOB_ID",), "CIRCLE_REPOSITORY_URL", "CIRCLE_BRANCH"),
    # jenkins.io "Using environment variables"
    Runner("jenkins", "JENKINS_URL", "?*", ("BUILD_TAG",), "GIT_URL", "GIT_BRANCH"),
    # learn.microsoft.com "Predefined variables"
    Runner("azure", "TF_BUILD", "[Tt]rue", ("SYSTEM_JOBID",), "BUILD_REPOSITORY_NAME", "BUILD_SOURCEBRANCH"),
    # support.atlassian.com "Variables and secrets"
    Runner(
        "bitbucket", "BITBUCKET_BUILD_NUMBER", "?*", ("BITBUCKET_STEP_UUID",), "BITBUCKET_REPO_FULL_NAME",
        "BITBUCKET_BRANCH",
    ),
    Runner("teamcity", "TEAMCITY_VERSION", "?*", ("BUILD_NUMBER",)),
    Runner("travis", "TRAVIS", "true", ("TRAVIS_JOB_ID",), "TRAVIS_REPO_SLUG", "TRAVIS_BRANCH"),
    # docs.aws.amazon.com/codebuild "Environment variables in build environments"
    Runner(
        "codebuild", "CODEBUILD_BUILD_ID", "?*", ("CODEBUILD_BUILD_ID",), "CODEBUILD_SOURCE_REPO_URL",
        "CODEBUILD_SOURCE_VERSION",
    ),
    Runner("drone", "DRONE", "true", ("DRONE_BUILD_NUMBER",), "DRONE_REPO", "DRONE_BRANCH"),
    Runner("generic", "CI", "[Tt1yw]*"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Facts:
    """What a context is derived from.

    Attributes:
        above: the processes above the agent, nearest first; above the asking process where no agent is known.
        agent: the agent's own process; None where none is known.
        launched: a known agent is what this session starts (`interposer run -- codex`).
    """

    above: Sequence[Process] = ()
    agent: Process | None = None
    launched: bool = False
    environ: Mapping[str, str] = field(default_factory=dict)

    @property
    def terminal(self) -> bool:
        """A person's terminal controls the agent, or the nearest process above."""
        nearest = self.agent or next(iter(self.above), None)
        return nearest is not None and nearest.tty != 0


@dataclass(frozen=True, slots=True)
class Derived:
    """A context, how well it is known, and by what."""

    context: Context
    assurance: Assurance
    evidence: str


def context_of(facts: Facts) -> Derived:
    """The context of a session."""
    for row in TABLE:
        if (evidence := row.holds(facts)) is not None:
            return Derived(row.context, row.assurance, evidence)
    return Derived("unknown", "observed", "")


def runner_of(environ: Mapping[str, str]) -> Runner | None:
    """The CI system whose marker is set."""
    return next((runner for runner in RUNNERS if fnmatchcase(environ.get(runner.marker, ""), runner.value)), None)


def _scheduled(facts: Facts) -> str | None:
    scheduler = next((process for process in facts.above if process.uid == 0 and process.comm in SCHEDULERS), None)
    return None if scheduler is None or facts.terminal else f"ancestor {scheduler.comm}"


def _timer(facts: Facts) -> str | None:
    # systemd.exec(5): set for services that a timer started, since version 252
    return (
        None
        if facts.terminal or not facts.environ.get("TRIGGER_TIMER_REALTIME_USEC")
        else "env TRIGGER_TIMER_REALTIME_USEC"
    )


def _ci(facts: Facts) -> str | None:
    runner = runner_of(facts.environ)
    return None if runner is None or facts.terminal else f"env {runner.marker}"


def _attended_agent(facts: Facts) -> str | None:
    if facts.agent is not None and facts.terminal:
        return f"child of {facts.agent.name} at a terminal"
    return "launches an agent at a terminal" if facts.launched and facts.terminal else None


def _editor(facts: Facts) -> str | None:
    editor = next((process for process in facts.above if _editor_name(process) in EDITORS), None)
    return None if editor is None else f"ancestor {_editor_name(editor)}"


def _agent(facts: Facts) -> str | None:
    if facts.agent is not None:
        return f"child of {facts.agent.name}"
    return "launches an agent" if facts.launched else None


def _editor_name(process: Process) -> str:
    return (
        process.name.lower().partition(".")[0].removesuffix("64").removesuffix("-gtk")
    )  # vim.basic, idea64, emacs-gtk


@dataclass(frozen=True, slots=True)
class Row:
    """One row: the context, how well it is then known, and what must hold (the evidence, or None)."""

    context: Context
    assurance: Assurance
    holds: Callable[[Facts], str | None]


TABLE = (
    Row("cron", "observed", _scheduled),
    Row("cron", "claimed", _timer),
    Row("ci", "claimed", _ci),
    Row("chat", "observed", _attended_agent),
    Row("ide", "observed", _editor),
    Row("chat", "observed", _agent),
)
"""Nobody attends what a scheduler or a runner starts, so those come first; an agent at a terminal is a chat also inside
an editor's terminal; an agent without one inside an editor is the editor's."""
