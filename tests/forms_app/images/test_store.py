import stat
from pathlib import Path
from uuid import uuid4

import pytest

from forms_app.images import store


def test_a_file_is_private_whole_and_alone(folder: Path) -> None:
    name = uuid4()
    store.write(name, b"a picture")
    assert [path.name for path in folder.iterdir()] == [str(name)]
    assert stat.S_IMODE((folder / str(name)).stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert store.read(name, store.digest(b"a picture")) == b"a picture"


def test_a_file_that_changed_is_not_served(folder: Path) -> None:
    name = uuid4()
    store.write(name, b"a picture")
    (folder / str(name)).write_bytes(b"another")
    with pytest.raises(store.Damaged, match="not what was stored"):
        store.read(name, store.digest(b"a picture"))


def test_a_file_that_is_gone_is_told(folder: Path) -> None:
    with pytest.raises(store.Damaged, match="cannot be read"):
        store.read(uuid4(), store.digest(b""))


def test_a_write_that_fails_leaves_nothing(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: int) -> None:
        raise OSError("No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(OSError, match="No space"):
        store.write(uuid4(), b"a picture")
    assert list(folder.iterdir()) == []
