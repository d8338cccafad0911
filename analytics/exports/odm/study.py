"""The declaration of the study as the metadata of ODM 1.3.2."""

from collections.abc import Iterable, Iterator

from analytics.exports.derivations import DERIVATIONS
from analytics.exports.odm import names, rules, values
from analytics.exports.odm.elements import Elements
from trial.crf import registry
from trial.crf.answers import Answers, GroupAnswers, Row
from trial.crf.items import Item, Limits, Several, When
from trial.protocol import STUDY

SDTM = "SDTM"
SEVERAL_OF = "Fascicle:SeveralOf"
# The codelist of CDISC, by the number that the thesaurus of the NCI gave it.
NCI = "nci:ExtCodeID"


def write(out: Elements) -> None:
    """The element Study."""
    with out.element("Study", {"OID": names.STUDY_OID}):
        with out.element("GlobalVariables"):
            out.text("StudyName", STUDY.code)
            out.text("StudyDescription", STUDY.title)
            out.text("ProtocolName", STUDY.code)
        with out.element("BasicDefinitions"):
            for symbol in names.units():
                with out.element("MeasurementUnit", {"OID": names.unit(symbol), "Name": symbol}):
                    out.translated("Symbol", symbol)
        with out.element(
            "MetaDataVersion",
            {"OID": names.VERSION_OID, "Name": f"Protocol {STUDY.protocol_version}"},
        ):
            _protocol(out)
            for event in names.events():
                _event(out, *event)
            _forms(out)
            _item_groups(out)
            _items(out)
            _codelists(out)
            _conditions(out)
            _methods(out)


def _protocol(out: Elements) -> None:
    with out.element("Protocol"):
        out.translated("Description", STUDY.title)
        for place, (code, *_others) in enumerate(names.events(), start=1):
            out.empty("StudyEventRef", {"StudyEventOID": code, "OrderNumber": str(place), "Mandatory": "No"})


def _event(out: Elements, oid: str, name: str, kind: str, forms: Iterable[str]) -> None:
    repeating = "Yes" if oid == names.UNSCHEDULED else "No"
    with out.element("StudyEventDef", {"OID": oid, "Name": name, "Repeating": repeating, "Type": kind}):
        for place, code in enumerate(forms, start=1):
            mandatory = "Yes" if kind == "Scheduled" or code == names.VISIT else "No"
            out.empty(
                "FormRef", {"FormOID": names.form(code), "OrderNumber": str(place), "Mandatory": mandatory}
            )


def _forms(out: Elements) -> None:
    with out.element("FormDef", {"OID": names.form(names.VISIT), "Name": "Visit", "Repeating": "No"}):
        out.empty(
            "ItemGroupRef", {"ItemGroupOID": f"IG.{names.VISIT}", "OrderNumber": "1", "Mandatory": "Yes"}
        )
    for form in registry.FORMS:
        log = STUDY.schedule.log(form.code)
        repeating = "Yes" if log and log.repeats else "No"
        with out.element(
            "FormDef", {"OID": names.form(form.code), "Name": form.title, "Repeating": repeating}
        ):
            for place, row in enumerate((form, *form.groups), start=1):
                _item_group_ref(out, form, row, place)


def _item_group_ref(out: Elements, form: type[Answers], row: type[Row], place: int) -> None:
    when = rules.asked_when(row)
    out.empty(
        "ItemGroupRef",
        {
            "ItemGroupOID": names.item_group(form.code, row),
            "OrderNumber": str(place),
            "Mandatory": "Yes" if row is form else "No",
            "CollectionExceptionConditionOID": condition_oid(form.code, form, when) if when else None,
        },
    )


def _item_groups(out: Elements) -> None:
    oid = f"IG.{names.VISIT}"
    with out.element("ItemGroupDef", {"OID": oid, "Name": "Visit", "Repeating": "No"}):
        for place, name in enumerate(names.VISIT_ITEMS, start=1):
            mandatory = "Yes" if name == "occurred" else "No"
            out.empty(
                "ItemRef",
                {"ItemOID": f"I.{names.VISIT}.{name}", "OrderNumber": str(place), "Mandatory": mandatory},
            )
    for form, row in names.rows():
        repeating = "Yes" if issubclass(row, GroupAnswers) else "No"
        attributes = {"OID": names.item_group(form.code, row), "Name": row.title, "Repeating": repeating}
        with out.element("ItemGroupDef", attributes):
            for place, item in enumerate(row.items(), start=1):
                _item_ref(out, form, row, item, place)


def _item_ref(out: Elements, form: type[Answers], row: type[Row], item: Item, place: int) -> None:
    out.empty(
        "ItemRef",
        {
            "ItemOID": names.item(form.code, row, item),
            "OrderNumber": str(place),
            "Mandatory": "Yes" if item.required and item.when is None else "No",
            "MethodOID": method_oid(form.code, row, item) if item.derived else None,
            "CollectionExceptionConditionOID": (
                condition_oid(form.code, row, item.when) if item.when else None
            ),
        },
    )


def condition_oid(form: str, row: type[Row], when: When) -> str:
    """The condition under which items of the row are not collected."""
    return f"{names.item_group(form, row).replace('IG.', 'C.', 1)}.{when.item}.{'+'.join(when.codes)}"


def method_oid(form: str, row: type[Row], item: Item) -> str:
    return names.item(form, row, item).replace("I.", "MT.", 1)


def _items(out: Elements) -> None:
    for name, (label, codelist, cdisc) in names.VISIT_ITEMS.items():
        kind = "date" if name == "visit_date" else "text"
        length = None if kind == "date" else "200"
        attributes = {"OID": f"I.{names.VISIT}.{name}", "Name": name, "DataType": kind, "Length": length}
        with out.element("ItemDef", attributes):
            out.translated("Question", label)
            if codelist:
                out.empty("CodeListRef", {"CodeListOID": names.codelist(codelist)})
            out.empty("Alias", {"Context": SDTM, "Name": cdisc})
    for form, row in names.rows():
        for item in row.items():
            _item(out, form, row, item)


def _item(out: Elements, form: type[Answers], row: type[Row], item: Item) -> None:
    length, places = values.length(item), values.places(item)
    attributes = {
        "OID": names.item(form.code, row, item),
        "Name": item.name,
        "DataType": values.data_type(item),
        "Length": None if length is None else str(length),
        "SignificantDigits": None if places is None else str(places),
        "Origin": "Derived" if item.derived else "CRF",
    }
    with out.element("ItemDef", attributes):
        if item.hint:
            out.translated("Description", item.hint)
        out.translated("Question", item.label)
        if item.unit:
            out.empty("MeasurementUnitRef", {"MeasurementUnitOID": names.unit(item.unit)})
        _range_checks(out, item.hard, "Hard")
        _range_checks(out, item.soft, "Soft")
        for rule in rules.of_item(row, item):
            with out.element("RangeCheck", {"SoftHard": "Hard"}):
                out.text("FormalExpression", rules.expression(rule), {"Context": rules.LANGUAGE})
                out.translated("ErrorMessage", rule.sentence)
        if item.codelist and not isinstance(item, Several):
            out.empty("CodeListRef", {"CodeListOID": names.codelist(item.codelist)})
        for context, name in aliases(item):
            out.empty("Alias", {"Context": context, "Name": name})


def aliases(item: Item) -> Iterator[tuple[str, str]]:
    """Other names of an item: the variable of SDTM; of several codes, their list."""
    if item.cdisc:
        yield SDTM, item.cdisc
    if isinstance(item, Several) and item.codelist:
        yield SEVERAL_OF, names.codelist(item.codelist)


def _range_checks(out: Elements, limits: Limits | None, kind: str) -> None:
    for comparator, bound in bounds(limits):
        with out.element("RangeCheck", {"Comparator": comparator, "SoftHard": kind}):
            out.text("CheckValue", bound)


def bounds(limits: Limits | None) -> Iterator[tuple[str, str]]:
    """The two sides of a range, as far as there are."""
    if limits and limits.low is not None:
        yield "GE", str(limits.low)
    if limits and limits.high is not None:
        yield "LE", str(limits.high)


def _codelists(out: Elements) -> None:
    for codelist in names.CODELISTS:
        attributes = {"OID": names.codelist(codelist), "Name": codelist.name, "DataType": "text"}
        with out.element("CodeList", attributes):
            for place, (code, label) in enumerate(codelist.terms, start=1):
                with out.element("CodeListItem", {"CodedValue": code, "OrderNumber": str(place)}):
                    out.translated("Decode", label)
            if codelist.cdisc:
                out.empty("Alias", {"Context": NCI, "Name": codelist.cdisc})


def conditions() -> dict[str, When]:
    """Every condition by its OID, once."""
    found: dict[str, When] = {}
    for form, row in names.rows():
        if when := rules.asked_when(row):
            found[condition_oid(form.code, form, when)] = when
        found |= {condition_oid(form.code, row, item.when): item.when for item in row.items() if item.when}
    return found


def _conditions(out: Elements) -> None:
    for oid, when in conditions().items():
        with out.element("ConditionDef", {"OID": oid, "Name": rules.not_asked(when)}):
            out.translated("Description", rules.not_asked_words(when))
            out.text("FormalExpression", rules.not_asked(when), {"Context": rules.LANGUAGE})


def methods() -> Iterator[tuple[str, Item, str]]:
    """The OID, the item and the words of every computation."""
    for form, row in names.rows():
        for item in row.items():
            if item.derived:
                yield method_oid(form.code, row, item), item, DERIVATIONS[row.code, item.name]


def _methods(out: Elements) -> None:
    for oid, item, words in methods():
        with out.element("MethodDef", {"OID": oid, "Name": item.label, "Type": "Computation"}):
            out.translated("Description", words)
