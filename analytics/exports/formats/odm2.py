"""ODM 2.0, snapshot: the data as they stand, with questions, and the timings of the protocol."""

from collections import defaultdict

from analytics.exports.format import Archive
from analytics.exports.odm import file, study2
from analytics.exports.odm.clinical2 import Snapshot2
from analytics.exports.odm.elements import Elements, Elements2
from analytics.exports.odm.people import People
from analytics.exports.options import Privacy
from analytics.exports.source import Source
from trial.models import Membership

NAMESPACE = "http://www.cdisc.org/ns/odm/v2.0"


def write(source: Source, archive: Archive) -> None:
    """Write odm2.xml."""
    said = source.options.privacy is Privacy.NOTHING

    def data(out: Elements, people: People) -> None:
        snapshot = Snapshot2(out, people, _roles(), said=said)
        for casebook in source.casebooks():
            snapshot.write(casebook)
            archive.advance(1)

    def head(out: Elements, people: People) -> None:
        study2.write(out)
        people.write2(out)

    root = file.root(source, NAMESPACE, "2.0", "Snapshot") | {"Context": "Exchange"}
    with archive.file("odm2.xml") as opened:
        file.write(opened, root, data, head, Elements2)


def _roles() -> dict[int, set[str]]:
    """The roles that people have or had, by the key of the account; one statement."""
    found: defaultdict[int, set[str]] = defaultdict(set)
    for user, role in Membership.objects.values_list("user_id", "role"):
        found[user].add(role)
    return found
