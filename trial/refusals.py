"""Refusals: the one numbered catalogue of everything the product may say no to.

A service raises Refusal with a code of the catalogue. The screen shows its sentence; the API
answers with it as an RFC 9457 problem. Each sentence says what is wrong and what to do.
"""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Kind:
    """One kind of refusal: its number, the HTTP status, a short title and the sentence."""

    number: int
    status: int
    title: str
    sentence: str


CATALOGUE: dict[str, Kind] = {
    # Who may
    "not_signed_in": Kind(100, 401, "Not signed in", "Sign in, or send a valid token, and try again."),
    "right": Kind(
        101,
        403,
        "Not allowed",
        "Your role does not include this: {right}. Ask your administrator if it should.",
    ),
    "csrf": Kind(
        103,
        403,
        "Not from a page of ours",
        "The request carries no valid CSRF token. Reload the page, or use an API token.",
    ),
    "not_found": Kind(102, 404, "Not found", "There is nothing here that you may see."),
    # What was sent
    "answers": Kind(
        200,
        422,
        "Some answers cannot be stored",
        "Nothing was saved: {count} to correct. Each is explained at its item.",
    ),
    "malformed": Kind(201, 400, "The request cannot be read", "{problem}"),
    "unknown_item": Kind(
        202, 422, "Unknown item", "The form {form} has no item “{item}”. See the schema for its items."
    ),
    "media_type": Kind(203, 415, "Not JSON", "Send the body as application/json."),
    "method": Kind(204, 405, "Method not allowed", "This address does not answer {method}."),
    "not_acceptable": Kind(206, 406, "Only JSON is served", "Accept application/json."),
    "throttled": Kind(205, 429, "Too many requests", "Wait {seconds} s and try again."),
    # Versions
    "version_missing": Kind(
        300,
        428,
        "Version missing",
        "Send If-Match with the version you read, or If-None-Match: * to create.",
    ),
    "version_stale": Kind(
        301,
        412,
        "Somebody saved in between",
        "This was changed after you opened it. Compare both versions and save again; what you typed is kept.",
    ),
    "exists": Kind(302, 412, "Already there", "{what} is already there. Open it to change it."),
    "draft_elsewhere": Kind(
        303,
        409,
        "Typed in another window",
        "A draft of this form was typed in another window. Open the form again to compare; nothing is lost.",
    ),
    "draft_too_long": Kind(
        304,
        413,
        "Too long for a draft",
        "This is more than a draft can hold. Save the form, or shorten a text.",
    ),
    # States and order
    "state_move": Kind(
        400, 409, "Not possible now", "{participant} is in state “{state}” and cannot become “{target}”."
    ),
    "visit_closed": Kind(
        401,
        409,
        "The visit is not open",
        "{visit} opens when {participant} is {opens}; the state is “{state}” now.",
    ),
    "visit_unknown": Kind(402, 404, "Unknown visit", "The protocol has no visit “{visit}”."),
    "visit_not_recorded": Kind(
        403,
        409,
        "Record the visit first",
        "Give the date and contact mode of visit {visit} before its forms.",
    ),
    "visit_not_done": Kind(
        404,
        409,
        "The visit did not take place",
        "Visit {visit} is recorded as not done, so it has no forms. Change the visit first if it was done.",
    ),
    "visit_has_records": Kind(
        405,
        409,
        "The visit has forms",
        "Visit {visit} has saved forms, so it took place. Remove the forms first.",
    ),
    "visit_out_of_turn": Kind(
        406, 409, "Unscheduled visits are numbered", "The next unscheduled visit of {participant} is {next}."
    ),
    "form_unknown": Kind(407, 404, "Unknown form", "Visit {visit} has no form “{form}”."),
    "consent_first": Kind(
        408, 409, "Consent first", "Save the informed consent of {participant} with its date first."
    ),
    "reason_missing": Kind(
        409,
        422,
        "A reason is needed",
        "This record is complete. Say why it changes, and save again.",
    ),
    "not_eligible": Kind(
        410,
        409,
        "Not eligible",
        "Enrolment needs an eligible verdict and a dated consent. Save both first; there are no waivers.",
    ),
    "motion_in_person": Kind(
        411,
        409,
        "Flexion needs a visit in person",
        "Visit {visit} has measured lumbar flexion, and that needs the contact mode “in person”.",
    ),
    "record_removed": Kind(
        412, 409, "The record was removed", "Restore the record, with a reason, before you change it."
    ),
    "record_not_removed": Kind(
        413, 409, "The record is in use", "Only a removed record can be restored; this one is in use."
    ),
    "visits_ahead": Kind(
        417,
        409,
        "Visits are still ahead",
        "{participant} has visits ahead: {visits}. Record each, done or not done, or withdraw {participant}.",
    ),
    "record_move": Kind(414, 409, "Not possible now", "A record that is {state} cannot become {target}."),
    "record_locked": Kind(
        415,
        409,
        "The record is locked",
        "This record is locked. Ask for it to be unlocked before you change it.",
    ),
    "site_not_active": Kind(
        416, 409, "The site is not active", "Site {site} opens on {day}: nobody is screened there before."
    ),
    "query_of_check": Kind(
        430,
        409,
        "A check asks this",
        "Correct or explain the value on its form; the question then settles itself.",
    ),
    "query_move": Kind(431, 409, "Not possible now", "A question that is {state} cannot become {target}."),
    # Images
    "image_unknown": Kind(
        600,
        422,
        "No image that can be kept",
        "This is not a PNG, JPEG or DICOM image, whatever its name says. Export it as one of them.",
    ),
    "image_damaged": Kind(
        601, 422, "The image cannot be read", "The image is damaged or cut short. Export it again."
    ),
    "image_too_large": Kind(
        602,
        413,
        "The file is too large",
        "A file may have {most} MB. Export the image smaller, or fewer frames.",
    ),
    "image_too_many_pixels": Kind(
        603,
        422,
        "The image is too large",
        "An image may have {most} million pixels. Export it smaller, or fewer frames of the film.",
    ),
    "image_names": Kind(
        604,
        422,
        "A name is in the picture",
        "The file says that it shows who it is of. Export it without the patient’s name in the picture.",
    ),
    "image_coding": Kind(
        605,
        422,
        "The coding of the image is not taken",
        "Names cannot be taken out of a file that is coded like this. Export it as uncompressed DICOM, or PNG.",
    ),
    "image_unconfirmed": Kind(
        606,
        422,
        "Look at the picture first",
        "Nothing was stored. Confirm that no name, number or date of birth can be read in the picture.",
    ),
    "image_not_sent": Kind(607, 422, "No image chosen", "Choose the file of an image and its kind."),
    "image_consent": Kind(
        608,
        409,
        "No consent to images",
        "{participant} did not agree that images are stored. Do not store one.",
    ),
    "image_removed": Kind(609, 409, "The image was removed", "This image is already taken out of use."),
    "image_lost": Kind(
        610,
        500,
        "The image cannot be shown",
        "The stored file is missing or is not what was stored. Tell your administrator; it was logged.",
    ),
    # The database said no
    "database": Kind(
        500, 422, "The database refused", "The rule “{rule}” of the database does not allow this."
    ),
    "name_taken": Kind(501, 409, "Already there", "{what} is already there. Choose another."),
    "failed": Kind(900, 500, "Something failed here", "The fault is ours and was logged. Nothing was saved."),
}


class Refusal(Exception):
    """An act that was refused. `details` carries what a screen or client needs beside the sentence."""

    def __init__(self, code: str, *, extra: dict[str, Any] | None = None, **details: Any) -> None:
        self.code = code
        self.kind = CATALOGUE[code]
        self.sentence = self.kind.sentence.format(**details)
        self.extra = extra or {}
        super().__init__(self.sentence)

    @property
    def status(self) -> int:
        return self.kind.status
