import json
import shutil
from pathlib import Path

import pytest

from tools import vendor

PACKAGES = json.loads(vendor.LIST.read_text(encoding="utf-8"))


def test_every_vendored_file_is_what_was_noted() -> None:
    assert vendor.problems(PACKAGES) == []


def test_each_package_brings_its_licence() -> None:
    assert all("LICENSE" in package["files"] and package["licence"] for package in PACKAGES)


def test_a_changed_a_lacking_and_a_stray_file_are_noticed(tmp_path: Path) -> None:
    folder = tmp_path / "vendor"
    shutil.copytree(vendor.VENDOR, folder)
    (folder / "htmx" / "htmx.min.js").write_text("changed")
    (folder / "atkinson" / "LICENSE").unlink()
    (folder / "stray.js").write_text("")
    found = " ".join(vendor.problems(PACKAGES, folder))
    assert "htmx/htmx.min.js is not what was noted" in found
    assert "LICENSE is not there" in found
    assert "stray.js is not in the list" in found


def test_a_package_with_another_content_is_refused() -> None:
    with pytest.raises(vendor.Mismatch, match="integrity"):
        vendor.check_integrity({"name": "x", "version": "1", "integrity": "sha512-other"}, b"content")


def test_a_source_map_that_is_not_shipped_is_dropped() -> None:
    assert vendor.SOURCE_MAP.sub(b"", b"a{}\n/*# sourceMappingURL=a.css.map */") == b"a{}"
    assert vendor.SOURCE_MAP.sub(b"", b"a()\n//# sourceMappingURL=a.js.map") == b"a()"
