"""ODM 1.3.2, snapshot: the data as they stand, with the metadata of the study."""

from analytics.exports.format import Archive
from analytics.exports.odm import file, study
from analytics.exports.odm.clinical import Snapshot
from analytics.exports.odm.elements import Elements
from analytics.exports.odm.people import People
from analytics.exports.options import Privacy
from analytics.exports.source import Source

NAMESPACE = "http://www.cdisc.org/ns/odm/v1.3"


def write(source: Source, archive: Archive) -> None:
    """Write odm.xml."""
    said = source.options.privacy is Privacy.NOTHING

    def data(out: Elements, people: People) -> None:
        snapshot = Snapshot(out, people, said=said)
        for casebook in source.casebooks():
            snapshot.write(casebook)
            archive.advance(1)

    def head(out: Elements, people: People) -> None:
        study.write(out)
        people.write(out)

    with archive.file("odm.xml") as opened:
        file.write(opened, file.root(source, NAMESPACE, "1.3.2", "Snapshot"), data, head)
