"""The class of several commands is that of the worst."""

import pytest

from interposer.unfold.node import CLASSES, Node, worst_class

pytestmark = pytest.mark.suite("unfold")


@pytest.mark.parametrize(
    ("kinds", "expected"),
    [
        ([], ""),
        (["read-only"], "read-only"),
        (["ordinary", "shell", "read-only"], "shell"),
        (list(CLASSES), "computed"),
    ],
)
def test_the_worst_class(kinds, expected) -> None:
    """Nothing at all has none."""
    assert worst_class([Node("", 0, "", kind) for kind in kinds]) == expected
