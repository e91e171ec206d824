"""The recorders are set up once."""

from collections.abc import Iterator

import pytest

from tests.differential.oracle import Oracle


@pytest.fixture(scope="session")
def oracle() -> Iterator[Oracle]:
    """The recorders."""
    with Oracle() as made:
        yield made
