"""Refusals: the one numbered catalogue of everything the product may say no to.

A service raises Refusal with a code of the catalogue. The screen shows its sentence; the API
answers with it as an RFC 9457 problem, both in the language of the request. Each sentence says what
is wrong and what to do.
"""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext

from trial.protocol.marker import N_


@dataclass(frozen=True)
class Kind:
    """One kind of refusal: its number, the HTTP status, a short title and the sentence, both in English."""

    number: int
    status: int
    title: str
    sentence: str


CATALOGUE: dict[str, Kind] = {
    # Who may
    "not_signed_in": Kind(
        100, 401, N_("Not signed in"), N_("Sign in, or send a valid token, and try again.")
    ),
    "right": Kind(
        101,
        403,
        N_("Not allowed"),
        N_("Your role does not include this: {right}. Ask your administrator if it should."),
    ),
    "csrf": Kind(
        103,
        403,
        N_("Not from a page of ours"),
        N_("The request carries no valid CSRF token. Reload the page, or use an API token."),
    ),
    "other_person": Kind(
        104,
        409,
        N_("Somebody else’s page"),
        N_(
            "This page was opened by somebody who is not signed in any more. "
            "Open it again under your own name."
        ),
    ),
    "locked_out": Kind(
        110,
        429,
        N_("Too many attempts"),
        N_(
            "After several failures in a row nobody can prove to be this user from here, for {minutes} "
            "minutes. Wait, then try again. If you have lost your password, or your sign-in app or key, tell "
            "your administrator."
        ),
    ),
    "confirmation_failed": Kind(
        111,
        403,
        N_("Not confirmed"),
        N_(
            "What you typed does not prove that it is you, and nothing was done. Type your password again; "
            "where a code is asked for, wait for the next one, as each serves once."
        ),
    ),
    "second_factor_missing": Kind(
        112,
        403,
        N_("A sign-in app or key is needed"),
        N_(
            "Your role signs, so your account needs a sign-in app or key. "
            "Sign in with a browser and set one up; then try again."
        ),
    ),
    "second_factor_code": Kind(
        113,
        422,
        N_("The code is not right"),
        N_("Check that the clock of your device is right, and type the code that the app shows now."),
    ),
    "security_key": Kind(
        114,
        422,
        N_("The key was not taken"),
        N_("The browser or the key gave no valid answer. Press the button again, and touch the key."),
    ),
    "asked_again": Kind(
        115,
        403,
        N_("More is asked for now"),
        N_(
            "You read for a while, so this takes more than the password again: type all that is asked for "
            "below. Nothing was done, and this does not count as a failed attempt."
        ),
    ),
    "own_account": Kind(
        120,
        403,
        N_("Your own account"),
        N_("Nobody does this to the own account. Ask another administrator of your site."),
    ),
    "no_address": Kind(
        121,
        409,
        N_("No e-mail address"),
        N_("The account of {person} has no e-mail address, so no link can be sent to set a password."),
    ),
    "token_days": Kind(
        122,
        422,
        N_("Too long for a token"),
        N_("A token is valid for 1 to {most} days. Choose a number between them."),
    ),
    "token_reads_only": Kind(
        123,
        403,
        N_("The token only reads"),
        N_("This token was made for reading. Use one that may read and write, and try again."),
    ),
    "account_reason": Kind(
        124,
        422,
        N_("A reason is needed"),
        N_("Nothing was changed. Say why the account changes, and try again."),
    ),
    "account_already": Kind(
        125, 409, N_("Not possible now"), N_("The account of {person} is {state} already.")
    ),
    "role_over": Kind(126, 409, N_("Not possible now"), N_("This role has ended already, on {day}.")),
    "role_ends_before": Kind(
        127,
        422,
        N_("A day of the past"),
        N_("The last day of a role is today at the earliest. To end it before, end it at once."),
    ),
    "role_order": Kind(
        130,
        422,
        N_("The last day is before the first"),
        N_("A role cannot end before it starts. Choose a later last day, or end the role at once."),
    ),
    "role_too_late": Kind(
        131,
        422,
        N_("Too long ago"),
        N_("A role is entered {most} days after its first day at the latest. Choose {day} or a later day."),
    ),
    "administrator_alone": Kind(
        132,
        409,
        N_("Accounts, never data"),
        N_(
            "Whoever looks after accounts has no other role on the same days, at any site. "
            "End the one before you give the other, or choose another person."
        ),
    ),
    "username_form": Kind(
        133,
        422,
        N_("No user name"),
        N_("A user name has letters from a to z, digits, and the signs . - _ @, and nothing else."),
    ),
    "full_name_form": Kind(
        134,
        422,
        N_("No name of a person"),
        N_("A name has no angle brackets and no characters that cannot be seen. Type it again."),
    ),
    "mailbox_taken": Kind(
        135,
        409,
        N_("Somebody has this address"),
        N_(
            "There is an account with this e-mail address, and each person has one account. "
            "Give that account the role, or use the address that is the person’s own."
        ),
    ),
    "not_found": Kind(102, 404, N_("Not found"), N_("There is nothing here that you may see.")),
    # What was sent
    "answers": Kind(
        200,
        422,
        N_("Some answers cannot be stored"),
        N_("Nothing was saved: {count} to correct. Each is explained at its item."),
    ),
    "malformed": Kind(201, 400, N_("The request cannot be read"), "{problem}"),
    "unknown_item": Kind(
        202,
        422,
        N_("Unknown item"),
        N_("The form {form} has no item “{item}”. See the schema for its items."),
    ),
    "media_type": Kind(203, 415, N_("Not JSON"), N_("Send the body as application/json.")),
    "method": Kind(204, 405, N_("Method not allowed"), N_("This address does not answer {method}.")),
    "not_acceptable": Kind(206, 406, N_("Only JSON is served"), N_("Accept application/json.")),
    "parameter_unknown": Kind(
        210,
        400,
        N_("Unknown parameter"),
        N_("This address has no parameter “{name}”, and nothing was read. Known here: {known}."),
    ),
    "field_unknown": Kind(
        211,
        400,
        N_("Unknown field"),
        N_("The answer has no member “{field}”. Choose with “fields” from: {known}."),
    ),
    "key_reused": Kind(
        220,
        422,
        N_("The key was used for another call"),
        N_(
            "This Idempotency-Key came with another method, address or body. "
            "Send the same call again, or take a new key."
        ),
    ),
    "cursor": Kind(
        221,
        400,
        N_("Not a cursor"),
        N_(
            "“{name}” takes a cursor that an earlier answer gave as “next”, unchanged. "
            "Leave it out to begin at the beginning."
        ),
    ),
    "key_running": Kind(
        222,
        409,
        N_("The call is still running"),
        N_("A call with this Idempotency-Key is under way. Wait a second, and send it again."),
    ),
    "key_rights": Kind(
        223,
        403,
        N_("Your roles have changed"),
        N_(
            "This call was made before, and nothing was done again. "
            "A role that you held then has ended, so its answer is not shown."
        ),
    ),
    "key_malformed": Kind(
        224,
        400,
        N_("Not a key"),
        N_("An Idempotency-Key has 1 to {most} visible ASCII characters, and no spaces."),
    ),
    "key_not_here": Kind(
        225,
        400,
        N_("No key here"),
        N_(
            "The answer of this address is not kept, so the call cannot be repeated. "
            "Send it without an Idempotency-Key."
        ),
    ),
    "key_body": Kind(
        229,
        413,
        N_("The body is too large"),
        N_("A call with an Idempotency-Key may have a body of {most} MB."),
    ),
    "cursor_lost": Kind(
        226,
        410,
        N_("The database was restored"),
        N_(
            "What this cursor stands behind is not there any more: an earlier state was restored. "
            "Read everything again, from the beginning."
        ),
    ),
    "bulk_undone": Kind(
        227,
        424,
        N_("Undone with the others"),
        N_("This row could have been saved. Another was refused, so none was."),
    ),
    "bulk_refused": Kind(
        228,
        422,
        N_("Nothing was saved"),
        N_("{count} rows were refused, so none was saved. “results” says what is wrong with which."),
    ),
    "throttled": Kind(205, 429, N_("Too many requests"), N_("Wait {seconds} s and try again.")),
    # Versions
    "version_missing": Kind(
        300,
        428,
        N_("Version missing"),
        N_("Send If-Match with the version you read, or If-None-Match: * to create."),
    ),
    "version_stale": Kind(
        301,
        412,
        N_("Somebody saved in between"),
        N_(
            "This was changed after you opened it. "
            "Compare both versions and save again; what you typed is kept."
        ),
    ),
    "exists": Kind(302, 412, N_("Already there"), N_("{what} is already there. Open it to change it.")),
    "draft_elsewhere": Kind(
        303,
        409,
        N_("Typed in another window"),
        N_(
            "A draft of this form was typed in another window. "
            "Open the form again to compare; nothing is lost."
        ),
    ),
    "draft_too_long": Kind(
        304,
        413,
        N_("Too long for a draft"),
        N_("This is more than a draft can hold. Save the form, or shorten a text."),
    ),
    # States and order
    "state_move": Kind(
        400,
        409,
        N_("Not possible now"),
        N_("{participant} is in state “{state}” and cannot become “{target}”."),
    ),
    "visit_closed": Kind(
        401,
        409,
        N_("The visit is not open"),
        N_("“{visit}” opens when {participant} is {opens}; the state is “{state}” now."),
    ),
    "visit_unknown": Kind(402, 404, N_("Unknown visit"), N_("The protocol has no visit “{visit}”.")),
    "visit_not_recorded": Kind(
        403,
        409,
        N_("Record the visit first"),
        N_("Give the date and contact mode of “{visit}” before its forms."),
    ),
    "visit_not_done": Kind(
        404,
        409,
        N_("The visit did not take place"),
        N_("“{visit}” is recorded as not done, so it has no forms. Change the visit first if it was done."),
    ),
    "visit_has_records": Kind(
        405,
        409,
        N_("The visit has forms"),
        N_("“{visit}” has saved forms, so it took place. Remove the forms first."),
    ),
    "visit_out_of_turn": Kind(
        406,
        409,
        N_("Unscheduled visits are numbered"),
        N_("The next unscheduled visit of {participant} is {next}."),
    ),
    "form_unknown": Kind(407, 404, N_("Unknown form"), N_("Visit {visit} has no form “{form}”.")),
    "log_unknown": Kind(418, 404, N_("Unknown log"), N_("There is no log “{form}”.")),
    "log_closed": Kind(
        419,
        409,
        N_("The form is not open"),
        N_("“{form}” opens when {participant} is {opens}; the state is “{state}” now."),
    ),
    "log_once": Kind(
        420, 409, N_("Already there"), N_("“{form}” of {participant} is already there. Open it to change it.")
    ),
    "log_out_of_turn": Kind(
        421,
        409,
        N_("Entries of a log are numbered"),
        N_("The next entry of “{form}” of {participant} is number {next}."),
    ),
    "consent_first": Kind(
        408, 409, N_("Consent first"), N_("Save the informed consent of {participant} with its date first.")
    ),
    "reason_missing": Kind(
        409,
        422,
        N_("A reason is needed"),
        N_("This record is complete. Say why it changes, and save again."),
    ),
    "not_eligible": Kind(
        410,
        409,
        N_("Not eligible"),
        N_("Enrolment needs an eligible verdict and a dated consent. Save both first; there are no waivers."),
    ),
    "motion_in_person": Kind(
        411,
        409,
        N_("Flexion needs a visit in person"),
        N_("“{visit}” has measured lumbar flexion, and that needs the contact mode “in person”."),
    ),
    "record_removed": Kind(
        412, 409, N_("The record was removed"), N_("Restore the record, with a reason, before you change it.")
    ),
    "record_not_removed": Kind(
        413, 409, N_("The record is in use"), N_("Only a removed record can be restored; this one is in use.")
    ),
    "visits_ahead": Kind(
        417,
        409,
        N_("Visits are still ahead"),
        N_(
            "{participant} has visits ahead: {visits}. "
            "Record each, done or not done, or withdraw {participant}."
        ),
    ),
    "record_move": Kind(
        414, 409, N_("Not possible now"), N_("A record that is {state} cannot become {target}.")
    ),
    "data_frozen": Kind(
        415,
        409,
        N_("The data are frozen"),
        N_("These data are frozen: nothing of them changes. Ask your data manager to release them."),
    ),
    "data_locked": Kind(
        422,
        409,
        N_("The data are locked"),
        N_("These data are locked: nothing of them changes. Ask your data manager to have them unlocked."),
    ),
    "participant_busy": Kind(
        423, 409, N_("Somebody else is saving"), N_("Somebody is saving this participant. Try again.")
    ),
    "data_read_committed": Kind(
        424,
        409,
        N_("Not in this kind of transaction"),
        N_("Data change in transactions of the level “read committed” only. Set that level and try again."),
    ),
    "site_not_active": Kind(
        416,
        409,
        N_("The site is not active"),
        N_("Site {site} opens on {day}: nobody is screened there before."),
    ),
    "query_of_check": Kind(
        430,
        409,
        N_("A check asks this"),
        N_("Correct or explain the value on its form; the question then settles itself."),
    ),
    "query_move": Kind(
        431, 409, N_("Not possible now"), N_("A question that is {state} cannot become {target}.")
    ),
    "query_assignee": Kind(
        432,
        409,
        N_("Nobody who could answer"),
        N_("{person} does not enter data at site {site} today. Give the question to somebody who does."),
    ),
    "query_over": Kind(
        433, 409, N_("Not possible now"), N_("The question is {state}. Ask it again before you give it away.")
    ),
    # Verification
    "verification_empty": Kind(
        434,
        409,
        N_("Nothing to compare"),
        N_("There is no answer to compare with its source: {items}."),
    ),
    "verification_none": Kind(
        435, 409, N_("Nothing to verify"), N_("Nothing was chosen that could be verified, or withdrawn.")
    ),
    # Locks
    "lock_reason": Kind(
        450, 422, N_("A reason is needed"), N_("Nothing was changed. Say why, and try again.")
    ),
    "lock_covered": Kind(
        451,
        409,
        N_("Already covered"),
        N_("This is {kind} already: {scope}. Release that first if something else is meant."),
    ),
    "lock_incomplete": Kind(
        452,
        409,
        N_("The form is not complete"),
        N_("Only a complete form can be locked. Complete it, or freeze it for now."),
    ),
    "lock_open_points": Kind(
        453,
        409,
        N_("Something is open"),
        N_(
            "{count} points are open, or others than you have seen. "
            "Look at them, and confirm to lock nevertheless."
        ),
    ),
    "lock_released": Kind(
        454, 409, N_("Not in force"), N_("This was released already. It stays as a row and never changes.")
    ),
    "unlock_not_requested": Kind(
        455, 409, N_("Nobody has asked"), N_("Ask for the unlocking first; another person then agrees to it.")
    ),
    "unlock_requested": Kind(
        456,
        409,
        N_("Already asked for"),
        N_("The unlocking is asked for. Another person has to agree to it."),
    ),
    "unlock_second_person": Kind(
        457,
        409,
        N_("A second person is needed"),
        N_("You asked for this unlocking yourself. Another person has to agree to it."),
    ),
    "unlock_by_two": Kind(
        458, 409, N_("Two people unlock"), N_("A lock is not released by one. Ask for the unlocking instead.")
    ),
    "unlock_of_freeze": Kind(
        459, 409, N_("A freeze is released"), N_("This is frozen and not locked: release it, with a reason.")
    ),
    # Signatures
    "sign_incomplete": Kind(
        440,
        409,
        N_("Not complete"),
        N_("{what} cannot be signed before it is complete. Still open: {open}."),
    ),
    "sign_questions_open": Kind(
        441,
        409,
        N_("Questions are open"),
        N_(
            "{count} questions about {participant} are open. "
            "Have them answered before the casebook is signed."
        ),
    ),
    "content_changed": Kind(
        442,
        409,
        N_("Changed since it was shown"),
        N_(
            "What you were shown is not what is stored now, so nothing was signed or verified. "
            "Read it again first."
        ),
    ),
    "signed_already": Kind(
        443,
        409,
        N_("Signed already"),
        N_("You have signed exactly this already, with the meaning “{meaning}”."),
    ),
    # Images
    "image_unknown": Kind(
        600,
        422,
        N_("No image that can be kept"),
        N_("This is not a PNG, JPEG or DICOM image, whatever its name says. Export it as one of them."),
    ),
    "image_damaged": Kind(
        601, 422, N_("The image cannot be read"), N_("The image is damaged or cut short. Export it again.")
    ),
    "image_too_large": Kind(
        602,
        413,
        N_("The file is too large"),
        N_("A file may have {most} MB. Export the image smaller, or fewer frames."),
    ),
    "image_too_many_pixels": Kind(
        603,
        422,
        N_("The image is too large"),
        N_("An image may have {most} million pixels. Export it smaller, or fewer frames of the film."),
    ),
    "image_names": Kind(
        604,
        422,
        N_("A name is in the picture"),
        N_("The file says that it shows who it is of. Export it without the patient’s name in the picture."),
    ),
    "image_coding": Kind(
        605,
        422,
        N_("The coding of the image is not taken"),
        N_(
            "Names cannot be taken out of a file that is coded like this. "
            "Export it as uncompressed DICOM, or PNG."
        ),
    ),
    "image_unconfirmed": Kind(
        606,
        422,
        N_("Look at the picture first"),
        N_("Nothing was stored. Confirm that no name, number or date of birth can be read in the picture."),
    ),
    "image_not_sent": Kind(607, 422, N_("No image chosen"), N_("Choose the file of an image and its kind.")),
    "image_consent": Kind(
        608,
        409,
        N_("No consent to images"),
        N_("{participant} did not agree that images are stored. Do not store one."),
    ),
    "image_form": Kind(
        611,
        415,
        N_("Not a form"),
        N_("Send the image as multipart/form-data, with file, kind and confirmed."),
    ),
    "image_reason": Kind(
        612, 422, N_("A reason is needed"), N_("Say why the image is taken out of use, and try again.")
    ),
    "image_removed": Kind(
        609, 409, N_("The image was removed"), N_("This image is already taken out of use.")
    ),
    "image_lost": Kind(
        610,
        500,
        N_("The image cannot be shown"),
        N_("The stored file is missing or is not what was stored. Tell your administrator; it was logged."),
    ),
    # The past
    "seal_unknown": Kind(
        710,
        404,
        N_("No such seal"),
        N_("There is no seal {seal}. The last one is {last}: choose it, an earlier one, or a day."),
    ),
    "seal_none": Kind(
        711,
        404,
        N_("Nothing is sealed yet"),
        N_("No seal is as old as that, so it cannot be read. Choose a later day."),
    ),
    "not_there_yet": Kind(
        712,
        404,
        N_("Not there yet"),
        N_("{participant} was added after seal {seal}. Choose a later seal."),
    ),
    # Casebooks in CDISC's formats
    "xml_character": Kind(
        750,
        422,
        N_("A character that XML cannot write"),
        N_("{place}: a text holds {character}, which XML cannot write. Correct it or choose another format."),
    ),
    "archive_is_whole": Kind(
        751,
        422,
        N_("An archive is whole"),
        N_(
            "An archive holds every change as it was made. Take all forms, visits and records as they were "
            "entered, or choose the snapshot of ODM 1.3.2."
        ),
    ),
    "not_sealed": Kind(
        700,
        409,
        N_("Not sealed yet"),
        N_("This change is too new: seals are made every few seconds. Ask again in a moment."),
    ),
    # Webhooks
    "webhook_address": Kind(
        755,
        422,
        N_("Messages cannot go there"),
        N_(
            "Nothing can be sent to {address}: {problem}. Give an https address at a host that "
            "FASCICLE_WEBHOOK_HOSTS names."
        ),
    ),
    "webhook_events": Kind(756, 422, N_("Nothing to tell of"), N_("Choose at least one of: {known}.")),
    "webhook_on": Kind(757, 409, N_("It is on"), N_("This webhook is on already.")),
    "webhook_off": Kind(
        758, 409, N_("It is off"), N_("This webhook is switched off. Switch it on first, with a reason.")
    ),
    "webhook_nothing": Kind(
        759,
        404,
        N_("No such message"),
        N_("This webhook was sent nothing of that kind. Choose another period."),
    ),
    # Choices of an export
    "export_choice": Kind(
        720,
        422,
        N_("No such choice"),
        N_("An export has no choice “{name}”. There are: {possible}."),
    ),
    "export_value": Kind(
        721,
        422,
        N_("Not possible here"),
        N_("“{value}” is not possible for “{name}”. Give one of: {possible}."),
    ),
    "export_shape": Kind(
        722,
        422,
        N_("Shape and format do not go together"),
        N_("“{format}” takes the shape: {possible}. Choose one of these, or another format."),
    ),
    "export_seal": Kind(
        723, 422, N_("No such seal"), N_("There is no seal number {number}. Choose one of the list of seals.")
    ),
    "export_position": Kind(
        724,
        422,
        N_("No such position"),
        N_("“{position}” is no position. Take one from a seal or a manifest, as 1/700:700: is."),
    ),
    "export_moment": Kind(
        725,
        422,
        N_("Two moments"),
        N_("Data are read as of a seal or as of a position. Leave one of the two out."),
    ),
    "export_busy": Kind(
        735,
        409,
        N_("Too many at once"),
        N_("You have {most} exports under way. Wait until one is ready, or cancel one."),
    ),
    "export_over": Kind(
        736,
        409,
        N_("Not possible now"),
        N_("The export is {state}, so there is nothing to cancel."),
    ),
    "export_not_ready": Kind(
        737,
        409,
        N_("There is no file"),
        N_("The export is {state}. Wait until it is ready, or ask for it anew."),
    ),
    "export_lost": Kind(
        738,
        410,
        N_("The file has gone"),
        N_("The file of this export is not there any more. Ask for the export anew."),
    ),
    "export_disk": Kind(
        739,
        500,
        N_("No room for the file"),
        N_("The file could not be written: {problem}. Tell your administrator, and ask for the export anew."),
    ),
    "export_given_up": Kind(
        740,
        500,
        N_("Not written"),
        N_("The export was begun {attempts} times and never ended. Choose less, or tell your administrator."),
    ),
    "export_key": Kind(
        741,
        500,
        N_("No key to sign with"),
        N_("An export is signed, and there is no key to sign it with. Tell your administrator."),
    ),
    "export_days": Kind(
        726,
        422,
        N_("This format needs dates"),
        N_("A casebook holds dates. Choose shifted dates, or one of the formats of tables."),
    ),
    "export_secret": Kind(
        727,
        409,
        N_("Nothing to de-identify with"),
        N_(
            "Pseudonyms and shifted dates come from a secret, and there is none. Ask your administrator to "
            "set FASCICLE_DEIDENTIFICATION_SECRET."
        ),
    ),
    # Formats of exports
    "export_sheet": Kind(
        730,
        422,
        N_("Too large for Excel"),
        N_(
            "A sheet of Excel holds {most} rows and {most_columns} columns; “{table}” has {rows} rows and "
            "{columns} columns. Take CSV or Parquet, or choose fewer forms or visits."
        ),
    ),
    "export_text": Kind(
        731,
        422,
        N_("The format would alter a value"),
        N_(
            "{program} cannot hold the value in column “{column}”, row {row}, as it is: {problem}. "
            "Take CSV or Parquet: they alter nothing."
        ),
    ),
    "export_memory": Kind(
        732,
        422,
        N_("Too large for this format"),
        N_(
            "A file for {program} is made in memory, of at most {most} values; “{table}” has {cells}. "
            "Take CSV or Parquet, or choose fewer forms or visits."
        ),
    ),
    "export_nothing": Kind(
        733, 422, N_("Nothing to export"), N_("The choices leave no columns. Choose more forms or visits.")
    ),
    "export_count": Kind(
        734,
        500,
        N_("Rows are missing"),
        N_(
            "“{table}” has {expected} rows, but {written} were written, so the file was not kept. "
            "Export again; if it happens again, tell your administrator."
        ),
    ),
    # Files that are brought in
    "import_large": Kind(
        770,
        422,
        N_("The file is too large"),
        N_("A file may have {most} MB at most. Zip it, or send a part of the participants."),
    ),
    "import_zip": Kind(771, 422, N_("The archive cannot be read"), N_("{problem}")),
    "import_export": Kind(772, 422, N_("The export cannot come back"), N_("{problem}")),
    "import_none": Kind(
        773, 422, N_("There is no file"), N_("No file was sent, or it is empty. Choose a file with data.")
    ),
    "import_text": Kind(774, 422, N_("The file is no text"), N_("{problem}")),
    "import_table": Kind(775, 422, N_("The table cannot be read"), N_("{problem}")),
    "import_xml": Kind(776, 422, N_("The XML cannot be read"), N_("{problem}")),
    "import_columns": Kind(777, 422, N_("The columns are not decided"), N_("{problem}")),
    "import_redcap": Kind(778, 422, N_("The REDCap project cannot be read"), N_("{problem}")),
    "import_code": Kind(779, 422, N_("Not a code to be given"), N_("{problem}")),
    "import_state": Kind(
        780,
        409,
        N_("Not possible now"),
        N_("The state of the import is “{state}”. Load the page again to see what can be done."),
    ),
    "import_reason": Kind(
        781, 422, N_("A reason is needed"), N_("Nothing was saved. Say why the file is brought in.")
    ),
    "import_refused": Kind(
        782,
        409,
        N_("Not all of it can be saved"),
        N_(
            "{count} things are refused. Mend the file and judge it again; or say that what is refused is "
            "left out."
        ),
    ),
    "import_moved": Kind(
        783,
        409,
        N_("The data moved"),
        N_("Somebody changed data of these participants since the file was judged. Judge it once more."),
    ),
    "import_given_up": Kind(784, 500, N_("The import was given up"), N_("{problem}")),
    # The database said no
    "database": Kind(
        500, 422, N_("The database refused"), N_("The rule “{rule}” of the database does not allow this.")
    ),
    "name_taken": Kind(501, 409, N_("Already there"), N_("{what} is already there. Choose another.")),
    "failed": Kind(
        900, 500, N_("Something failed here"), N_("The fault is ours and was logged. Nothing was saved.")
    ),
}


class Refusal(Exception):
    """An act that was refused. `details` fill the sentence; `extra` is what a client needs beside it.

    It is said in the language of the request in which it is raised.
    """

    def __init__(self, code: str, *, extra: dict[str, Any] | None = None, **details: Any) -> None:
        self.code = code
        self.kind = CATALOGUE[code]
        self.title = gettext(self.kind.title)
        self.sentence = gettext(self.kind.sentence).format(**details)
        self.details = details
        self.extra = extra or {}
        super().__init__(self.sentence)

    @property
    def status(self) -> int:
        return self.kind.status
