"""ODM 1.3.2, transactional and archival: every change of the ledger, with who made it, when and why."""

from analytics.exports.format import Archive
from analytics.exports.formats.odm import NAMESPACE
from analytics.exports.odm import file, ledger, study
from analytics.exports.odm.elements import Elements
from analytics.exports.odm.people import People
from analytics.exports.odm.transactions import Ledger
from analytics.exports.options import Options, Privacy, Status
from analytics.exports.source import Source
from trial.models import User
from trial.refusals import Refusal


def write(source: Source, archive: Archive) -> None:
    """Write odm-archive.xml. Raises Refusal when the choices would cut or alter what was recorded."""
    if is_cut(source.options):
        raise Refusal("archive_is_whole")

    def data(out: Elements, people: People) -> None:
        accounts = User.objects.in_bulk()
        for casebook in source.casebooks():
            written = Ledger(out, people, casebook.participant, accounts)
            for change in ledger.changes(casebook.participant):
                written.write(change)
            archive.advance(1)

    def head(out: Elements, people: People) -> None:
        study.write(out)
        people.write(out)

    root = file.root(source, NAMESPACE, "1.3.2", "Transactional") | {"Archival": "Yes"}
    with archive.file("odm-archive.xml") as opened:
        file.write(opened, root, data, head)


def is_cut(options: Options) -> bool:
    """Whether the choices leave out or alter something of the participants that are taken."""
    return bool(
        options.forms
        or options.visits
        or options.blinded
        or options.status is not Status.ALL
        or options.privacy is not Privacy.NOTHING
    )
