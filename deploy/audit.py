"""Known vulnerabilities of the locked packages, asked of the service of the package index.

A network may have no such service, and an index may not know a package. Then nothing was checked: this says
so in capitals and ends with NOT_CHECKED, which `make check` repeats in its last line and takes for a failure
where REQUIRE_AUDIT=1 says that there must be an answer.

Standard library only.
"""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

PROJECT = Path(__file__).resolve().parent.parent
NOT_CHECKED = 77
LOCK = PROJECT / "requirements" / "base.lock"
AUDIT = (
    *(Path(sys.executable).parent / "pip-audit", "--requirement", LOCK),
    # The lock names every package with its hash: there is nothing to resolve.
    *("--no-deps", "--disable-pip", "--progress-spinner", "off", "--format", "json"),
)


def main() -> int:
    answer = subprocess.run(AUDIT, check=False, capture_output=True, text=True)
    found = _read(answer.stdout)
    vulnerable = [package for package in found if package.get("vulns")]
    unchecked = [package["name"] for package in found if "skip_reason" in package]
    for package in vulnerable:
        for known in package["vulns"]:
            mended = ", ".join(known["fix_versions"]) or "nothing yet"
            print(f"{package['name']} {package['version']}: {known['id']}, mended in {mended}")
    if vulnerable:
        return 1
    if found and not unchecked:
        print(f"{len(found)} packages, none with a known vulnerability.")
        return 0
    return _not_checked(unchecked, answer.stderr)


def _read(told: str) -> list[dict[str, Any]]:
    """The packages of the answer, each with `vulns` or with a `skip_reason`; none when there is no answer."""
    try:
        return list(json.loads(told)["dependencies"])
    except (json.JSONDecodeError, KeyError):
        return []


def _not_checked(unchecked: list[str], why: str) -> int:
    print("NOT CHECKED FOR VULNERABILITIES:", ", ".join(unchecked) or "any package")
    print("The service does not know them." if unchecked else why.strip().rpartition("\n")[2])
    return NOT_CHECKED


if __name__ == "__main__":
    sys.exit(main())
