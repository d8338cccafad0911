"""The formats of exports: one module for each."""

from analytics.exports.format import Format
from analytics.exports.formats import (
    delimited,
    fhir,
    odm,
    odm2,
    odm_archive,
    parquet,
    sas,
    sdtm,
    spss,
    stata,
    workbook,
)
from trial.access import Right
from trial.protocol.marker import N_

FORMATS: dict[str, Format] = {
    each.code: each
    for each in (
        Format("csv", N_("CSV, with scripts for R and Python"), delimited.write),
        Format("xlsx", N_("Excel"), workbook.write),
        Format("parquet", N_("Parquet"), parquet.write),
        Format("xpt", N_("SAS transport (version 8)"), sas.write),
        Format("sav", N_("SPSS"), spss.write),
        Format("dta", N_("Stata"), stata.write),
        Format("odm", N_("CDISC ODM 1.3.2, snapshot"), odm.write, of_casebooks=True),
        Format(
            "odm-archive",
            N_("CDISC ODM 1.3.2, archive of every change"),
            odm_archive.write,
            of_casebooks=True,
            # It is the audit trail, and tells of everything that stood in it.
            rights=(Right.EXPORT, Right.VIEW_AUDIT, Right.UNBLIND),
        ),
        Format("odm2", N_("CDISC ODM 2.0, snapshot"), odm2.write, of_casebooks=True),
        Format("sdtm", N_("CDISC SDTM, Dataset-JSON with Define-XML"), sdtm.write, of_casebooks=True),
        Format("fhir", N_("FHIR R4"), fhir.write, of_casebooks=True),
    )
}
