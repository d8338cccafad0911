"""Where the data go when the database server must be another user and cannot walk to the project's folder."""

import os
import shutil
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from config.embedded import identity
from config.embedded.folder import DataFolder
from config.embedded.identity import Identity
from config.embedded.postgres import Postgres, wait_ready
from config.supervisor.shelter import settle

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user")


@pytest.fixture
def shelters() -> Iterator[Path]:
    """A folder that everybody can walk to; pytest's own are private."""
    folder = Path("/var/tmp") / f"fascicle-test-{uuid.uuid4()}"
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def private(tmp_path: Path) -> Path:
    tmp_path.chmod(0o700)
    return tmp_path


def test_as_ourselves_the_data_stay_beside_the_code_and_private(tmp_path: Path) -> None:
    folder = settle(DataFolder(tmp_path / ".data"), Identity())
    assert folder.root == tmp_path / ".data"
    assert folder.root.stat().st_mode & 0o777 == 0o700


@as_root
def test_below_a_private_home_the_data_folder_becomes_a_link_to_a_shelter(
    private: Path, shelters: Path
) -> None:
    folder = settle(DataFolder(private / ".data"), identity.as_nobody(), shelters)
    assert (private / ".data").is_symlink()
    assert folder.root.parent == shelters
    assert folder.root.stat().st_mode & 0o777 == 0o711
    assert settle(DataFolder(private / ".data"), identity.as_nobody(), shelters) == folder


@as_root
@pytest.mark.servers
def test_binaries_below_a_private_home_are_copied_to_the_shelter(
    private: Path, shelters: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = Postgres(DataFolder(private)).binaries.parent.parent
    for source in (package, package.with_name(f"{package.name}.libs")):
        shutil.copytree(source, private / source.name, symlinks=True)
    monkeypatch.setenv("FASCICLE_PG_BIN", str(private / package.name / "pginstall" / "bin"))
    folder = settle(DataFolder(private / ".data"), identity.as_nobody(), shelters)
    server = Postgres(folder, runs_as=identity.as_nobody())
    assert shelters in server.binaries.parents
    server.prepare()
    process = server.program.start(folder.logs / "postgres.log")
    wait_ready(server, process)
    server.program.end(process)
