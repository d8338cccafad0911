"""The canonical bytes of an event, and the leaf over them.

One JSON object in UTF-8 with every column, by the order of their names, without blanks (RFC 8785 with whole
numbers written in full). Text escapes `"`, `\\` and control characters only. `at` is UTC with microseconds.
`row` is text: what PostgreSQL writes for the stored jsonb, so each decimal keeps its digits. PostgreSQL
writes them (`CONTENT`) and hashes 200,000 of them a second.
"""

from typing import Final

# An id and the hash of its leaf, as they stand in a seal.
ID_BYTES: Final = 8
ENTRY_BYTES: Final = ID_BYTES + 32

NUMBERS = ("epoch", "id", "schema_version", "xact")
NUMBERS_OR_NONE = ("actor_id", "record_id")
TEXTS = ("database_user", "key", "operation", "reason", "request_id", "route", "row", "table_name")
COLUMNS = tuple(sorted((*NUMBERS, *NUMBERS_OR_NONE, *TEXTS, "at")))

# No event is from a year that has not four digits; one that says so gets bytes that none was sealed with.
TIME = """case when e.at >= '0001-01-01 00:00Z' and e.at < '10000-01-01 00:00Z'
then to_char(e.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') else 'none' end"""


def _column(name: str) -> str:
    if name in NUMBERS:
        return f'e."{name}"::text'
    if name in NUMBERS_OR_NONE:
        return f"coalesce(e.\"{name}\"::text, 'null')"
    value = TIME if name == "at" else f'e."{name}"::text'
    return f"to_json({value})::text"


def content_sql(number: str = "e.id::text") -> str:
    """SQL for the canonical text of the event `e`; `number` stands for its id where another is tried."""
    members = (f"""'"{name}":' || {number if name == "id" else _column(name)}""" for name in COLUMNS)
    return "'{' || " + " || ',' || ".join(members) + " || '}'"


def leaf_sql(content: str) -> str:
    """SQL for the leaf over a canonical text."""
    return rf"sha256('\x00'::bytea || convert_to({content}, 'UTF8'))"


CONTENT: Final = content_sql()
LEAF: Final = leaf_sql(CONTENT)


def entries(leaves: bytes) -> dict[int, bytes]:
    """The leaf of each event in the `leaves` of a seal, by its id and in their order."""
    return {
        int.from_bytes(leaves[at : at + ID_BYTES], signed=True): leaves[at + ID_BYTES : at + ENTRY_BYTES]
        for at in range(0, len(leaves), ENTRY_BYTES)
    }


def hashes(leaves: bytes) -> list[bytes]:
    """The hashes alone, in the order in which they stand."""
    return [leaves[at + ID_BYTES : at + ENTRY_BYTES] for at in range(0, len(leaves), ENTRY_BYTES)]
