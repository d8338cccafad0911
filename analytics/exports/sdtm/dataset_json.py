"""A dataset as Dataset-JSON 1.1."""

import json
from datetime import datetime
from typing import Any, BinaryIO, Final

from analytics.exports.sdtm.domains import DURATION, FLOAT, INTEGER, MOMENT, TEXT, Domain, Variable
from analytics.exports.sdtm.staged import Staged
from analytics.exports.source import Occasion
from trial.protocol import STUDY

VERSION: Final = "1.1.0"
# Dates are text: one that is known in part is no date of JSON.
TYPES: Final = {TEXT: "string", MOMENT: "string", DURATION: "string", INTEGER: "integer", FLOAT: "float"}
METADATA = f"MDV.{STUDY.code}.SDTMIG.3.4"


def write(file: BinaryIO, staged: Staged, occasion: Occasion) -> None:
    """Write the dataset: what it says of itself, and its rows."""
    head = json.dumps(_head(staged, occasion), ensure_ascii=False)
    file.write(head[:-1].encode() + b', "rows": [\n')
    for chunk in staged.content():
        file.write(chunk)
    file.write(b"\n]}\n")


def _head(staged: Staged, occasion: Occasion) -> dict[str, Any]:
    domain = staged.domain
    return {
        "datasetJSONCreationDateTime": moment(occasion.made_at),
        "datasetJSONVersion": VERSION,
        "fileOID": f"{STUDY.code}.{moment(occasion.made_at)}.{domain.code}",
        "originator": occasion.by,
        "sourceSystem": {"name": "Fascicle", "version": occasion.software},
        "studyOID": STUDY.code,
        "metaDataVersionOID": METADATA,
        "metaDataRef": "define.xml",
        "itemGroupOID": group_oid(domain),
        "records": staged.rows,
        "name": domain.code,
        "label": domain.label[:40],
        "columns": [_column(staged, variable) for variable in domain.variables],
    }


def _column(staged: Staged, variable: Variable) -> dict[str, Any]:
    column: dict[str, Any] = {
        "itemOID": item_oid(staged.domain, variable.name),
        "name": variable.name,
        "label": variable.label,
        "dataType": TYPES[variable.type],
    }
    if variable.type == TEXT:
        column["length"] = staged.longest.get(variable.name, 1)
    if variable.name in staged.domain.keys:
        column["keySequence"] = staged.domain.keys.index(variable.name) + 1
    return column


def group_oid(domain: Domain) -> str:
    return f"IG.{domain.code}"


def item_oid(domain: Domain, variable: str) -> str:
    return f"IT.{domain.code}.{variable}"


def moment(at: datetime) -> str:
    """ISO 8601 to the second, with its zone."""
    return at.isoformat(timespec="seconds")
