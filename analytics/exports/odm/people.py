"""Who and where: the users, sites and kinds of signatures that a file speaks of."""

from dataclasses import dataclass, field

from analytics.exports.deidentification import UNTOLD
from analytics.exports.odm import names
from analytics.exports.odm.elements import Elements
from forms_app.models import Signature
from forms_app.models.signature import MEANINGS
from trial.models import Site, User

# Who is no person: the command line, the product itself, the owner of the database.
NOBODY = {0: "command line", -1: "Fascicle", None: "owner of the database"}

LEGAL_REASON = (
    "The signer, having proved to be who they are by two components, signs the content that was shown "
    "(21 CFR 11.50): {meaning}."
)


@dataclass
class People:
    """Gathered while the data are written; then written before them.

    `made_on` is the day of the file, told of a site whose own first day is not to be known.
    """

    made_on: str
    users: dict[str, User] = field(default_factory=dict)
    sites: dict[str, Site] = field(default_factory=dict)
    others: dict[str, str] = field(default_factory=dict)

    def user(self, user: User) -> str:
        """The OID of somebody, who is remembered."""
        self.users[user.username] = user
        return names.user(user.username)

    def actor(self, key: int | None, known: dict[int, User]) -> str:
        """The OID of who made a change, a person or not."""
        if key in known:
            return self.user(known[key])
        name = NOBODY.get(key, f"account {key}")
        oid = names.user(f"0 {name}")
        self.others[oid] = name
        return oid

    def site(self, site: Site) -> str:
        """The OID of a site, which is remembered."""
        self.sites[site.code] = site
        return names.location(site.code)

    def write_signature(self, out: Elements, site: Site, given: Signature) -> None:
        """The element Signature."""
        with out.element("Signature"):
            out.empty("UserRef", {"UserOID": self.user(given.signer)})
            out.empty("LocationRef", {"LocationOID": self.site(site)})
            out.empty("SignatureRef", {"SignatureOID": names.signature(given.meaning)})
            out.text("DateTimeStamp", given.signed_at.isoformat())

    def write(self, out: Elements) -> None:
        """The element AdminData."""
        self._write(out, "LoginName", {"LocationType": "Site"})

    def write2(self, out: Elements) -> None:
        """The element AdminData of ODM 2.0."""
        self._write(out, "UserName", {"Role": "Site"})

    def _write(self, out: Elements, username: str, of_site: dict[str, str]) -> None:
        with out.element("AdminData", {"StudyOID": names.STUDY_OID}):
            for user in self.users.values():
                with out.element("User", {"OID": names.user(user.username), "UserType": "Other"}):
                    out.text(username, user.username)
                    out.text("FullName", user.full_name)
            for oid, name in self.others.items():
                with out.element("User", {"OID": oid, "UserType": "Other"}):
                    out.text("FullName", name)
            for site in self.sites.values():
                self._location(out, site, of_site)
            for meaning in MEANINGS:
                oid = names.signature(meaning)
                with out.element("SignatureDef", {"OID": oid, "Methodology": "Electronic"}):
                    out.text("Meaning", meaning)
                    out.text("LegalReason", LEGAL_REASON.format(meaning=meaning))

    def _location(self, out: Elements, site: Site, of_site: dict[str, str]) -> None:
        attributes = {"OID": names.location(site.code), "Name": site.name, **of_site}
        with out.element("Location", attributes):
            out.empty(
                "MetaDataVersionRef",
                {
                    "StudyOID": names.STUDY_OID,
                    "MetaDataVersionOID": names.VERSION_OID,
                    "EffectiveDate": self.made_on if site.activated_on == UNTOLD else str(site.activated_on),
                },
            )
