"""SDTM: a Dataset-JSON file for each domain, and Define-XML about all of them."""

from contextlib import closing

from django.utils import translation

from analytics.exports.format import Archive
from analytics.exports.sdtm import dataset_json, datasets
from analytics.exports.sdtm.define import Define
from analytics.exports.sdtm.staged import Stage
from analytics.exports.source import Source

FOLDER = "sdtm"


def write(source: Source, archive: Archive) -> None:
    """Write sdtm/<domain>.json for each domain that has a record, and sdtm/define.xml."""
    with translation.override("en"), closing(Stage()) as stage:
        for placed in datasets.of_study():
            stage.add(placed)
        for casebook in source.casebooks():
            for placed in datasets.of_participant(casebook):
                stage.add(placed)
            archive.advance(1)
        for placed in datasets.related(set(stage.datasets)):
            stage.add(placed)
        written = stage.in_order()
        for staged in written:
            name = f"{FOLDER}/{staged.domain.code.lower()}.json"
            with archive.file(name, rows=staged.rows) as file:
                dataset_json.write(file, staged, source.occasion)
        with archive.file(f"{FOLDER}/define.xml") as file:
            Define(file, written, source.occasion).write()
