"""Shared by all tests: where the development corpora are, and which suites may not skip in CI."""

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
MUST_RUN = {
    line.strip()
    for line in (ROOT / ".ci" / "must-run").read_text().splitlines()
    if line.strip() and not line.startswith("#")
}


def shared() -> Path | None:
    """The folder of the development corpora, None in a user's clone."""
    folder = Path(os.environ.get("INTERPOSER_SHARED", ROOT.parent / "shared"))
    return folder if (folder / "evals").is_dir() else None


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]):
    """In CI a skip in a suite that may not skip is a failure, with the reason."""
    outcome = yield
    report = outcome.get_result()
    marker = item.get_closest_marker("suite")
    if (
        report.skipped
        and os.environ.get("INTERPOSER_CI")
        and marker
        and marker.args[0] in MUST_RUN
        and not hasattr(report, "wasxfail")
    ):
        report.outcome = "failed"
        report.longrepr = f"suite `{marker.args[0]}` may not skip in CI: {report.longrepr}"
