"""The queries that stand in files, by name."""

from pathlib import Path

FOLDER = Path(__file__).parent


def query(name: str) -> str:
    """The query in `<name>.sql`, with `{unseen}` replaced by the condition in `unseen.sql`."""
    return _text(name).replace("{unseen}\n", _text("unseen"))


def _text(name: str) -> str:
    return (FOLDER / f"{name}.sql").read_text()
