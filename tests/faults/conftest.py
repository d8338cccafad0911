from collections.abc import Iterator

import pytest

from tests.stack import Stack


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """The whole demonstration, with production durability."""
    with Stack(tmp_path_factory.mktemp("demo") / "data") as running:
        yield running
