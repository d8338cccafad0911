"""The typed Python client of the API, generated from its OpenAPI document: a package that can be installed.

    python tools/client.py FOLDER    the client in this folder, of the document that the code gives now
    make client                      the same, in build/client

It is made anew for each version and kept nowhere, so it cannot lag behind the API. What the generator could
not express fails the making: a client that silently lacks an operation is worse than none.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

TOOLS = Path(__file__).resolve().parent
PACKAGE = "fascicle_client"


class NotMade(RuntimeError):
    """The document, or the client of it, could not be made; what the program said."""


def make(folder: Path) -> Path:
    """The folder of the package, ready for `pip install` or for `sys.path`. Raises NotMade."""
    with tempfile.TemporaryDirectory() as scratch:
        document = Path(scratch) / "openapi.yaml"
        _run([str(TOOLS.parent / "manage.py"), "spectacular", "--file", str(document)])
        folder.parent.mkdir(parents=True, exist_ok=True)
        _run(
            [
                *("-m", "openapi_python_client", "generate", "--path", str(document), "--meta", "setup"),
                *("--output-path", str(folder), "--overwrite", "--fail-on-warning"),
                *("--config", str(TOOLS / "client.yaml")),
            ]
        )
    return folder


def _run(words: list[str]) -> None:
    environment = {**os.environ, "FASCICLE_DEBUG": os.environ.get("FASCICLE_DEBUG", "1")}
    done = subprocess.run([sys.executable, *words], capture_output=True, text=True, env=environment)
    if done.returncode:
        raise NotMade(f"{done.stdout}\n{done.stderr}")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("Name the folder of the client: python tools/client.py FOLDER")
    try:
        print(make(Path(sys.argv[1])))
    except NotMade as failed:
        sys.exit(str(failed))
