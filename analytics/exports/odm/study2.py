"""The declaration of the study as the metadata of ODM 2.0: forms and sections are item groups of a type,
units are items beside the values, and the protocol tells arms, epochs, criteria and timings."""

from collections.abc import Iterable

from analytics.exports.odm import names, rules, study, values
from analytics.exports.odm.elements import Elements
from trial.crf import registry
from trial.crf.answers import Answers, GroupAnswers, Row
from trial.crf.items import Item, Limits, Several
from trial.protocol import STUDY
from trial.protocol.criteria import Criterion
from trial.protocol.schedule import ANCHOR, Visit

FORM, SECTION = "Form", "Section"
# The epochs of the study, with the visits in them by their first.
EPOCHS = {
    "SCREENING": ("Screening", ("SCR", "BL")),
    "TREATMENT": ("Treatment", ("INJ",)),
    "FOLLOW-UP": ("Follow-up", ("W1", "W2", "W4", "W12")),
}


def write(out: Elements) -> None:
    """The element Study."""
    with out.element("Study", {"OID": names.STUDY_OID, "StudyName": STUDY.code, "ProtocolName": STUDY.code}):
        out.translated("Description", STUDY.title)
        with out.element(
            "MetaDataVersion", {"OID": names.VERSION_OID, "Name": f"Protocol {STUDY.protocol_version}"}
        ):
            _protocol(out)
            _event_groups(out)
            for event in names.events():
                _event(out, *event)
            _item_groups(out)
            _items(out)
            _codelists(out)
            _conditions(out)
            _methods(out)


def _protocol(out: Elements) -> None:
    with out.element("Protocol"):
        out.translated("Description", STUDY.title)
        _structure(out)
        _timings(out)
        _criteria(out)
        for place, epoch in enumerate(EPOCHS, start=1):
            attributes = {"StudyEventGroupOID": f"SEG.{epoch}", "OrderNumber": str(place), "Mandatory": "No"}
            out.empty("StudyEventGroupRef", attributes)


def _structure(out: Elements) -> None:
    with out.element("StudyStructure"):
        for arm in STUDY.arms:
            with out.element("Arm", {"OID": f"ARM.{arm.code}", "Name": arm.code}):
                out.translated("Description", arm.label)
        for place, (code, (label, _)) in enumerate(EPOCHS.items(), start=1):
            attributes = {"OID": f"EPOCH.{code}", "Name": label, "SequenceNumber": str(place)}
            out.empty("Epoch", attributes)


def _timings(out: Elements) -> None:
    timed = [visit for visit in STUDY.schedule.visits if visit.offset is not None and visit.code != ANCHOR]
    with out.element("StudyTimings"):
        for visit in timed:
            with out.element("StudyTiming", {"OID": f"T.{visit.code}", "Name": visit.label}):
                _timing(out, visit)


def _timing(out: Elements, visit: Visit) -> None:
    out.empty(
        "RelativeTimingConstraint",
        {
            "OID": f"T.{visit.code}.window",
            "Name": f"Window of {visit.label}",
            "PredecessorOID": names.event_of(ANCHOR)[0],
            "SuccessorOID": names.event_of(visit.code)[0],
            "Type": "StartToStart",
            "TimepointRelativeTarget": f"P{visit.offset}D",
            "TimepointPreWindow": f"P{visit.before}D",
            "TimepointPostWindow": f"P{visit.after}D",
        },
    )


def _criteria(out: Elements) -> None:
    with out.element("InclusionExclusionCriteria"):
        for kind, name in (("inclusion", "InclusionCriteria"), ("exclusion", "ExclusionCriteria")):
            with out.element(name):
                for criterion in STUDY.criteria:
                    if criterion.kind == kind:
                        _criterion(out, criterion)


def _criterion(out: Elements, criterion: Criterion) -> None:
    attributes = {
        "OID": f"IE.{criterion.code}",
        "Name": criterion.code,
        "ConditionOID": f"C.{criterion.code}",
    }
    with out.element("Criterion", attributes):
        out.translated("Description", criterion.label)


def _event_groups(out: Elements) -> None:
    for epoch, (label, visits) in EPOCHS.items():
        codes = [names.event_of(code)[0] for code in visits]
        if epoch == "FOLLOW-UP":
            codes += [names.UNSCHEDULED, names.LOG]
        attributes = {
            "OID": f"SEG.{epoch}",
            "Name": label,
            "ArmOID": f"ARM.{STUDY.arms[0].code}",
            "EpochOID": f"EPOCH.{epoch}",
        }
        with out.element("StudyEventGroupDef", attributes):
            for place, oid in enumerate(codes, start=1):
                reference = {"StudyEventOID": oid, "OrderNumber": str(place), "Mandatory": "No"}
                out.empty("StudyEventRef", reference)


def _event(out: Elements, oid: str, name: str, kind: str, forms: Iterable[str]) -> None:
    repeating = "Yes" if oid == names.UNSCHEDULED else "No"
    with out.element("StudyEventDef", {"OID": oid, "Name": name, "Repeating": repeating, "Type": kind}):
        for place, code in enumerate(forms, start=1):
            _group_ref(out, names.form(code), place, mandatory=kind == "Scheduled" or code == names.VISIT)


def _group_ref(out: Elements, oid: str, place: int, *, mandatory: bool, condition: str | None = None) -> None:
    out.empty(
        "ItemGroupRef",
        {
            "ItemGroupOID": oid,
            "OrderNumber": str(place),
            "Mandatory": "Yes" if mandatory else "No",
            "CollectionExceptionConditionOID": condition,
        },
    )


def _item_groups(out: Elements) -> None:
    _group(out, names.form(names.VISIT), "Visit", FORM, "No", sections=[f"IG.{names.VISIT}"])
    with out.element("ItemGroupDef", _attributes(f"IG.{names.VISIT}", "Visit", SECTION, "No")):
        for place, name in enumerate(names.VISIT_ITEMS, start=1):
            mandatory = "Yes" if name == "occurred" else "No"
            reference = {"ItemOID": f"I.{names.VISIT}.{name}", "OrderNumber": str(place)}
            out.empty("ItemRef", {**reference, "Mandatory": mandatory})
    for form in registry.FORMS:
        _form(out, form)
        for row in (form, *form.groups):
            _section(out, form, row)


def _attributes(oid: str, name: str, kind: str, repeating: str) -> dict[str, str]:
    return {"OID": oid, "Name": name, "Type": kind, "Repeating": repeating}


def _group(out: Elements, oid: str, name: str, kind: str, repeating: str, sections: Iterable[str]) -> None:
    with out.element("ItemGroupDef", _attributes(oid, name, kind, repeating)):
        for place, section in enumerate(sections, start=1):
            _group_ref(out, section, place, mandatory=True)


def _form(out: Elements, form: type[Answers]) -> None:
    log = STUDY.schedule.log(form.code)
    repeating = "Simple" if log and log.repeats else "No"
    with out.element("ItemGroupDef", _attributes(names.form(form.code), form.title, FORM, repeating)):
        for place, row in enumerate((form, *form.groups), start=1):
            when = rules.asked_when(row)
            condition = study.condition_oid(form.code, form, when) if when else None
            oid = names.item_group(form.code, row)
            _group_ref(out, oid, place, mandatory=row is form, condition=condition)


def _section(out: Elements, form: type[Answers], row: type[Row]) -> None:
    repeating = "No"
    if issubclass(row, GroupAnswers):
        repeating = "Static" if row.keys else "Simple"
    oid = names.item_group(form.code, row)
    with out.element("ItemGroupDef", _attributes(oid, row.title, SECTION, repeating)):
        items = row.items()
        for place, item in enumerate(items, start=1):
            _item_ref(out, form, row, item, place)
        for place, symbol in enumerate(units(row), start=len(items) + 1):
            reference = {"ItemOID": names.unit(symbol), "PreSpecifiedValue": symbol}
            out.empty("ItemRef", {**reference, "OrderNumber": str(place), "Mandatory": "No"})


def units(row: type[Row]) -> list[str]:
    """The units of a row, each once."""
    return list(dict.fromkeys(item.unit for item in row.items() if item.unit))


def _item_ref(out: Elements, form: type[Answers], row: type[Row], item: Item, place: int) -> None:
    condition = study.condition_oid(form.code, row, item.when) if item.when else None
    out.empty(
        "ItemRef",
        {
            "ItemOID": names.item(form.code, row, item),
            "OrderNumber": str(place),
            "Mandatory": "Yes" if item.required and item.when is None else "No",
            "MethodOID": study.method_oid(form.code, row, item) if item.derived else None,
            "UnitsItemOID": names.unit(item.unit) if item.unit else None,
            "CollectionExceptionConditionOID": condition,
        },
    )


def _items(out: Elements) -> None:
    for name, (label, codelist, cdisc) in names.VISIT_ITEMS.items():
        kind = "date" if name == "visit_date" else "text"
        attributes = {"OID": f"I.{names.VISIT}.{name}", "Name": name, "DataType": kind}
        with out.element("ItemDef", attributes):
            out.translated("Question", label)
            if codelist:
                out.empty("CodeListRef", {"CodeListOID": names.codelist(codelist)})
            out.empty("Alias", {"Context": study.SDTM, "Name": cdisc})
    for form, row in names.rows():
        for item in row.items():
            _item(out, form, row, item)
    for symbol in names.units():
        attributes = {"OID": names.unit(symbol), "Name": f"Unit {symbol}", "DataType": "text"}
        with out.element("ItemDef", attributes):
            out.translated("Question", "Unit")


def _item(out: Elements, form: type[Answers], row: type[Row], item: Item) -> None:
    length, kind = values.length(item), values.data_type(item)
    attributes = {
        "OID": names.item(form.code, row, item),
        "Name": item.name,
        "DataType": "decimal" if kind == "float" else kind,
        "Length": None if length is None else str(length),
    }
    with out.element("ItemDef", attributes):
        out.translated("Question", item.label)
        if item.hint:
            out.translated("CRFCompletionInstructions", item.hint)
        _range_checks(out, item.hard, "Hard")
        _range_checks(out, item.soft, "Soft")
        for rule in rules.of_item(row, item):
            with out.element("RangeCheck", {"SoftHard": "Hard"}):
                _expression(out, rules.expression(rule))
                out.translated("ErrorMessage", rule.sentence)
        if item.codelist and not isinstance(item, Several):
            out.empty("CodeListRef", {"CodeListOID": names.codelist(item.codelist)})
        for context, name in study.aliases(item):
            out.empty("Alias", {"Context": context, "Name": name})


def _range_checks(out: Elements, limits: Limits | None, kind: str) -> None:
    for comparator, bound in study.bounds(limits):
        with out.element("RangeCheck", {"Comparator": comparator, "SoftHard": kind}):
            out.text("CheckValue", bound)


def _expression(out: Elements, text: str) -> None:
    with out.element("FormalExpression", {"Context": rules.LANGUAGE}):
        out.text("Code", text)


def _codelists(out: Elements) -> None:
    for codelist in names.CODELISTS:
        attributes = {"OID": names.codelist(codelist), "Name": codelist.name, "DataType": "text"}
        with out.element("CodeList", attributes):
            for place, (code, label) in enumerate(codelist.terms, start=1):
                with out.element("CodeListItem", {"CodedValue": code, "OrderNumber": str(place)}):
                    out.translated("Decode", label)
            if codelist.cdisc:
                out.empty("Alias", {"Context": study.NCI, "Name": codelist.cdisc})


def _conditions(out: Elements) -> None:
    for oid, when in study.conditions().items():
        _condition(out, oid, rules.not_asked(when), rules.not_asked_words(when))
    for criterion in STUDY.criteria:
        admitted = ", ".join(f"'{answer}'" for answer in criterion.admitted)
        words = f"{criterion.item} in ({admitted})"
        _condition(out, f"C.{criterion.code}", words, f"{criterion.code} speaks for the participant.")


def _condition(out: Elements, oid: str, expression: str, words: str) -> None:
    with out.element("ConditionDef", {"OID": oid, "Name": expression}):
        out.translated("Description", words)
        out.empty("MethodSignature")
        _expression(out, expression)


def _methods(out: Elements) -> None:
    for oid, item, words in study.methods():
        with out.element("MethodDef", {"OID": oid, "Name": item.label, "Type": "Computation"}):
            out.translated("Description", words)
            out.empty("MethodSignature")
