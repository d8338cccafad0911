"""Define-XML 2.1: what the datasets, their variables and their values are."""

from collections.abc import Iterable
from typing import BinaryIO, Final

from analytics.exports.derivations import DERIVATIONS
from analytics.exports.odm.elements import Elements
from analytics.exports.sdtm import dataset_json, terms
from analytics.exports.sdtm.dataset_json import METADATA, group_oid, item_oid
from analytics.exports.sdtm.domains import (
    ABOUT,
    COLLECTED,
    DERIVED,
    DESIGN,
    FINDINGS,
    FLOAT,
    INTEGER,
    TEXT,
    Domain,
    Variable,
)
from analytics.exports.sdtm.not_submitted import NOT_SUBMITTED
from analytics.exports.sdtm.staged import Staged, ValueLevel
from analytics.exports.source import Occasion
from trial.protocol import STUDY

NAMESPACES: Final = {
    "xmlns": "http://www.cdisc.org/ns/odm/v1.3",
    "xmlns:def": "http://www.cdisc.org/ns/def/v2.1",
    "xmlns:xlink": "http://www.w3.org/1999/xlink",
}
IMPLEMENTATION, TERMINOLOGY = "STD.SDTMIG", "STD.CT"
OMITTED = "COM.NOT_SUBMITTED"
# Who says what was collected.
BY_THE_SUBJECT = ("QS",)
# The item that computes the result of a test.
COMPUTED: Final = {
    "ODI0111": ("disability", "odi_pct"),
    "BMI": ("demographics", "bmi"),
    "RELIEF": ("block", "mbbrelief"),
    "DISPSEG": ("side", "dispseg"),
    "NLEV": ("operation", "nlev"),
    "MME": ("medication", "cmmme"),
    "MMEFAC": ("medication", "cmmmefac"),
    "MMETAB": ("medication", "cmmmetab"),
    "ODIN": ("disability", "odi_n"),
    "ODISUM": ("disability", "odi_sum"),
    "ODIBAND": ("disability", "odi_band"),
    "TOTVOL": ("injection", "totvol"),
    "LAMG": ("injection", "lamg"),
    "STERMG": ("injection", "steroidmg"),
    "ROMFLX": ("motion", "rom_mean"),
}


class Define:
    """Writes the document about the datasets that were written."""

    def __init__(self, file: BinaryIO, datasets: list[Staged], occasion: Occasion) -> None:
        self._out = Elements(file)
        self._out.place = "define.xml"
        self._datasets = datasets
        self._occasion = occasion

    def write(self) -> None:
        """The whole document."""
        out = self._out
        out.declare()
        root = {
            **NAMESPACES,
            "ODMVersion": "1.3.2",
            "FileType": "Snapshot",
            "FileOID": f"{STUDY.code}.define.{dataset_json.moment(self._occasion.made_at)}",
            "CreationDateTime": dataset_json.moment(self._occasion.made_at),
            "Originator": self._occasion.by,
            "SourceSystem": "Fascicle",
            "SourceSystemVersion": self._occasion.software,
            "def:Context": "Other",
        }
        with out.element("ODM", root), out.element("Study", {"OID": STUDY.code}):
            with out.element("GlobalVariables"):
                out.text("StudyName", STUDY.code)
                out.text("StudyDescription", STUDY.title)
                out.text("ProtocolName", STUDY.code)
            version = {
                "OID": METADATA,
                "Name": f"{STUDY.code}, data definitions",
                "Description": f"SDTM of {STUDY.code}, protocol {STUDY.protocol_version}",
                "def:DefineVersion": "2.1.0",
                "def:CommentOID": OMITTED,
            }
            with out.element("MetaDataVersion", version):
                self._content()

    def _content(self) -> None:
        self._standards()
        for staged in self._datasets:
            self._value_list(staged)
        for staged in self._datasets:
            self._where_clauses(staged)
        for staged in self._datasets:
            self._item_group(staged)
        for staged in self._datasets:
            self._items(staged)
        self._codelists()
        self._methods()
        self._omitted()

    def _standards(self) -> None:
        with self._out.element("def:Standards"):
            self._out.empty(
                "def:Standard",
                {
                    "OID": IMPLEMENTATION,
                    "Name": "SDTMIG",
                    "Type": "IG",
                    "Version": "3.4",
                    "Status": "Final",
                },
            )
            self._out.empty(
                "def:Standard",
                {
                    "OID": TERMINOLOGY,
                    "Name": "CDISC/NCI",
                    "Type": "CT",
                    "PublishingSet": "SDTM",
                    "Version": STUDY.ct_version.rpartition(" ")[2],
                    "Status": "Final",
                },
            )

    def _value_list(self, staged: Staged) -> None:
        if not staged.values:
            return
        domain = staged.domain
        with self._out.element("def:ValueListDef", {"OID": value_list_oid(domain)}):
            for place, (code, level) in enumerate(staged.values.items(), start=1):
                reference = {
                    "ItemOID": value_oid(domain, code),
                    "OrderNumber": str(place),
                    "Mandatory": "No",
                    "MethodOID": method_oid(code) if is_computed(code, level) else None,
                }
                with self._out.element("ItemRef", reference):
                    self._out.empty("def:WhereClauseRef", {"WhereClauseOID": where_oid(domain, code)})

    def _where_clauses(self, staged: Staged) -> None:
        domain = staged.domain
        for code in staged.values:
            with self._out.element("def:WhereClauseDef", {"OID": where_oid(domain, code)}):
                check = {
                    "SoftHard": "Soft",
                    "def:ItemOID": item_oid(domain, by_variable(domain)),
                    "Comparator": "EQ",
                }
                with self._out.element("RangeCheck", check):
                    self._out.text("CheckValue", code)

    def _item_group(self, staged: Staged) -> None:
        domain, out = staged.domain, self._out
        attributes = {
            "OID": group_oid(domain),
            "Domain": domain.code.removeprefix("SUPP"),
            "Name": domain.code,
            "Repeating": "No" if domain.code == "DM" else "Yes",
            "IsReferenceData": "Yes" if domain.of_class == DESIGN else "No",
            "SASDatasetName": domain.code,
            "Purpose": "Tabulation",
            "def:Structure": domain.structure,
            "def:ArchiveLocationID": f"LF.{domain.code}",
            "def:StandardOID": IMPLEMENTATION,
        }
        with out.element("ItemGroupDef", attributes):
            out.translated("Description", domain.label)
            for place, variable in enumerate(domain.variables, start=1):
                self._item_ref(domain, variable, place)
            out.empty("def:Class", {"Name": domain.of_class})
            file = f"{domain.code.lower()}.json"
            with out.element("def:leaf", {"ID": f"LF.{domain.code}", "xlink:href": file}):
                out.text("def:title", file)

    def _item_ref(self, domain: Domain, variable: Variable, place: int) -> None:
        key = variable.name in domain.keys
        self._out.empty(
            "ItemRef",
            {
                "ItemOID": item_oid(domain, variable.name),
                "OrderNumber": str(place),
                "Mandatory": "Yes" if key and variable.name in MANDATORY else "No",
                "KeySequence": str(domain.keys.index(variable.name) + 1) if key else None,
                "MethodOID": variable_method_oid(variable) if variable.method else None,
            },
        )

    def _items(self, staged: Staged) -> None:
        domain = staged.domain
        for variable in domain.variables:
            self._item(staged, variable)
        for code, level in staged.values.items():
            self._value(domain, code, level)

    def _item(self, staged: Staged, variable: Variable) -> None:
        domain, out = staged.domain, self._out
        has_values = bool(staged.values) and variable.name == result_variable(domain)
        attributes = {
            "OID": item_oid(domain, variable.name),
            "Name": variable.name,
            "DataType": variable.type,
            "Length": self._length(staged, variable),
            "SignificantDigits": "3" if variable.type == FLOAT else None,
            "SASFieldName": variable.name,
        }
        with out.element("ItemDef", attributes):
            out.translated("Description", variable.label)
            if variable.codelist:
                out.empty("CodeListRef", {"CodeListOID": codelist_oid(variable.codelist)})
            self._origin(domain, variable.origin)
            if has_values:
                out.empty("def:ValueListRef", {"ValueListOID": value_list_oid(domain)})

    def _length(self, staged: Staged, variable: Variable) -> str | None:
        if variable.type not in (TEXT, INTEGER, FLOAT):
            return None
        return str(staged.longest.get(variable.name, 1) if variable.type == TEXT else 8)

    def _value(self, domain: Domain, code: str, level: ValueLevel) -> None:
        kind = TEXT
        if level.numbers:
            kind = FLOAT if level.places else INTEGER
        attributes = {
            "OID": value_oid(domain, code),
            "Name": code,
            "DataType": kind,
            "Length": str(level.longest),
            "SignificantDigits": str(level.places) if kind == FLOAT else None,
            "SASFieldName": code,
        }
        with self._out.element("ItemDef", attributes):
            self._out.translated("Description", level.label)
            self._origin(domain, DERIVED if is_computed(code, level) else COLLECTED)

    def _origin(self, domain: Domain, kind: str) -> None:
        source = "Sponsor"
        if kind == COLLECTED:
            source = "Subject" if domain.code in BY_THE_SUBJECT else "Investigator"
        self._out.empty("def:Origin", {"Type": kind, "Source": source})

    def _codelists(self) -> None:
        for used in self._used_lists():
            standard = {"def:StandardOID": TERMINOLOGY} if used.nci else {"def:IsNonStandard": "Yes"}
            attributes = {"OID": codelist_oid(used.code), "Name": used.name, "DataType": TEXT, **standard}
            with self._out.element("CodeList", attributes):
                for place, term in enumerate(used.terms, start=1):
                    coded = {
                        "CodedValue": term.code,
                        "OrderNumber": str(place),
                        "def:ExtendedValue": "Yes" if term.ours else None,
                    }
                    with self._out.element("CodeListItem", coded):
                        self._out.translated("Decode", term.label)
                if used.nci:
                    self._out.empty("Alias", {"Context": "nci:ExtCodeID", "Name": used.nci})

    def _used_lists(self) -> Iterable[terms.Terms]:
        names = {each.codelist for staged in self._datasets for each in staged.domain.variables}
        return (each for code, each in terms.LISTS.items() if code in names)

    def _methods(self) -> None:
        methods: dict[str, tuple[str, str]] = {}
        for staged in self._datasets:
            for variable in staged.domain.variables:
                if variable.method:
                    methods[variable_method_oid(variable)] = (variable.label, variable.method)
            for code, level in staged.values.items():
                if is_computed(code, level):
                    methods[method_oid(code)] = (level.label, DERIVATIONS[COMPUTED[code]])
        for oid, (name, words) in methods.items():
            with self._out.element("MethodDef", {"OID": oid, "Name": name, "Type": "Computation"}):
                self._out.translated("Description", words)

    def _omitted(self) -> None:
        told = "; ".join(f"{row}.{item}: {reason}" for (row, item), reason in NOT_SUBMITTED.items())
        with self._out.element("def:CommentDef", {"OID": OMITTED}):
            self._out.translated("Description", f"Items that are not submitted. {told}")


# Without a value of these a row names nothing.
MANDATORY = ("STUDYID", "USUBJID", "ARMCD", "TAETORD", "ETCD", "QNAM", "RDOMAIN")


def by_variable(domain: Domain) -> str:
    """What tells the values of a dataset apart: the test, or the name of the qualifier."""
    return "QNAM" if domain.code.startswith("SUPP") else f"{domain.code}TESTCD"


def result_variable(domain: Domain) -> str:
    """The variable whose values differ in kind."""
    if domain.code.startswith("SUPP"):
        return "QVAL"
    return f"{domain.code}ORRES" if domain.of_class in (FINDINGS, ABOUT) else ""


def is_computed(code: str, level: ValueLevel) -> bool:
    return code in COMPUTED and (level.derived or code in ("RELIEF", "DISPSEG"))


def codelist_oid(code: str) -> str:
    return f"CL.{code}"


def value_list_oid(domain: Domain) -> str:
    return f"VL.{domain.code}.{result_variable(domain)}"


def value_oid(domain: Domain, code: str) -> str:
    return f"{item_oid(domain, result_variable(domain))}.{code}"


def where_oid(domain: Domain, code: str) -> str:
    return f"WC.{domain.code}.{code}"


def method_oid(code: str) -> str:
    return f"MT.VALUE.{code}"


def variable_method_oid(variable: Variable) -> str:
    return f"MT.{variable.name}"
