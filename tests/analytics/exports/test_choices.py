"""Choices as they come from outside."""

from typing import Any

import pytest

from analytics.exports import choices
from analytics.exports.options import Options, Population, Privacy, Status, Values
from trial.refusals import Refusal

READ: list[tuple[dict[str, Any], Options]] = [
    ({}, Options()),
    ({"shape": "wide", "format": "csv"}, Options(shape="wide")),
    ({"forms": "motion,pain"}, Options(forms=("pain", "motion"))),
    ({"forms": ["motion", "pain", "pain"]}, Options(forms=("pain", "motion"))),
    ({"visits": ["U", "W1,BL"]}, Options(visits=("BL", "W1", "U"))),
    ({"visits": ""}, Options()),
    (
        {"population": "treated", "status": "signed"},
        Options(population=Population.TREATED, status=Status.SIGNED),
    ),
    ({"privacy": "study days"}, Options(privacy=Privacy.STUDY_DAYS)),
    (
        {"values": "both", "separator": ";", "decimal": ","},
        Options(values=Values.BOTH, separator=";", decimal=","),
    ),
    ({"blinded": "on", "spreadsheet_safe": True}, Options(blinded=True, spreadsheet_safe=True)),
    ({"byte_order_mark": "false", "blinded": 0}, Options()),
    ({"seal": "12"}, Options(seal=12)),
    ({"seal": 12, "position": ""}, Options(seal=12)),
    ({"seal": "", "position": "1/50:60:51,52"}, Options(position="1/50:60:51,52")),
    ({"format": "fhir"}, Options(format="fhir", shape="casebooks")),
    (
        {"format": "fhir", "shape": "casebooks", "privacy": "shifted dates"},
        Options(format="fhir", shape="casebooks", privacy=Privacy.SHIFTED_DATES),
    ),
]

REFUSED: list[tuple[dict[str, Any], str, str]] = [
    ({"colour": "red"}, "export_choice", "separator"),
    ({"shape": "square"}, "export_value", "long"),
    ({"shape": None}, "export_value", "wide"),
    ({"shape": ["long"]}, "export_value", "wide"),
    ({"format": "pdf"}, "export_value", "csv"),
    ({"forms": "pain,dance"}, "export_value", "motion"),
    ({"forms": 3}, "export_value", "motion"),
    ({"forms": [3]}, "export_value", "motion"),
    ({"forms": {"pain": 1}}, "export_value", "motion"),
    ({"visits": ["W99"]}, "export_value", "BL"),
    ({"population": "tall"}, "export_value", "enrolled"),
    ({"population": []}, "export_value", "enrolled"),
    ({"privacy": 1}, "export_value", "study days"),
    ({"blinded": "maybe"}, "export_value", "true"),
    ({"blinded": None}, "export_value", "true"),
    ({"blinded": [True]}, "export_value", "true"),
    ({"separator": "::"}, "export_value", ";"),
    ({"seal": "one"}, "export_seal", "one"),
    ({"seal": -1}, "export_seal", "-1"),
    ({"seal": True}, "export_seal", "True"),
    ({"seal": 10**30}, "export_seal", "1000"),
    ({"seal": "²"}, "export_seal", "²"),
    ({"position": "yesterday"}, "export_position", "yesterday"),
    ({"position": "1/50:60:'; drop table"}, "export_position", "drop"),
    ({"position": 3}, "export_position", "3"),
    ({"seal": 1, "position": "1/50:60:"}, "export_moment", "seal"),
    ({"format": "fhir", "shape": "long"}, "export_shape", "casebooks"),
    ({"format": "csv", "shape": "casebooks"}, "export_shape", "long"),
    ({"format": "fhir", "privacy": "study days"}, "export_days", "shifted"),
]


@pytest.mark.parametrize(("given", "expected"), READ)
def test_choices_are_read(given: dict[str, Any], expected: Options) -> None:
    assert choices.read(given) == expected
    assert choices.read(choices.written(expected)) == expected


@pytest.mark.parametrize(("given", "code", "words"), REFUSED)
def test_what_is_not_possible_is_refused_and_what_is_possible_is_said(
    given: dict[str, Any], code: str, words: str
) -> None:
    with pytest.raises(Refusal) as refusal:
        choices.read(given)
    assert refusal.value.code == code
    assert words in str(refusal.value)
