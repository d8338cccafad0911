"""Every page of the product, for whoever looks at all of them: to add one, add a line."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from django.urls import reverse
from playwright.sync_api import Page

from analytics.exports.options import Options
from analytics.models import Export
from analytics.models.export import FAILED, READY, WAITING
from analytics.services import exports
from analytics.services.refit import refit
from forms_app.imports.choices import Choices
from forms_app.models import Import, Lock
from forms_app.models.imports import JUDGED, JUDGING, SAVED, TO_MAP
from forms_app.models.lock import FROZEN, LOCKED
from forms_app.selectors import content_hash, lock_target
from forms_app.services import imports, locks, queries, verifications
from tests import answers, journey, pictures
from tests.analytics import measured
from tests.cast import PASSWORD, Cast
from tests.exported import written
from tests.locking import put_on
from tests.second_factor import code_of
from trial.models import Happening, Participant, Record, SecondFactor, User, Webhook
from trial.services import tokens, webhooks
from trial.services.webhooks import Setup


@dataclass(frozen=True)
class Trial:
    """The participants of the pictures, one for each thing that is to be seen."""

    screening: Participant
    failure: Participant
    eligible: Participant
    treated: Participant
    set_back: Participant
    locked: Participant


@dataclass(frozen=True)
class Sight:
    """A page: its name in the pictures, who looks, where it is, and what is done on it first."""

    name: str
    person: str
    address: Callable[[Trial], str]
    act: Callable[[Page], None] | None = None


def populate(cast: Cast) -> Trial:
    """A trial in which every status and every state of a form occurs."""
    trial = Trial(
        screening=journey.added(cast),
        failure=journey.screen_failure(cast),
        eligible=journey.eligible(cast),
        treated=journey.with_outcomes(cast),
        set_back=journey.set_back(cast),
        locked=journey.consented(cast),
    )
    journey.attend(cast.investigator, trial.treated, "W2")
    journey.save(cast.investigator, trial.treated, "W2", "pain", answers.pain(7, nrs_worst24=5))
    journey.attend(cast.investigator, trial.screening, "SCR")
    pictures.stored(cast, trial.treated)
    watch(cast, trial.treated)
    lock(cast, trial)
    vouch(cast, trial.treated)
    tokens.create(by=cast.investigator)
    tell(cast)
    fit_pain(cast)
    sent_files(cast, trial.treated)
    ask_for_exports(cast)
    return trial


def lock(cast: Cast, trial: Trial) -> None:
    """A participant whose unlocking is asked for, and a frozen visit of somebody else."""
    put = put_on(cast, lock_target.of_participant(trial.locked))
    locks.request_unlock(by=cast.data_manager, lock=put, reason="A late report of the laboratory")
    visit = trial.failure.visits.get(code="SCR")
    put_on(cast, lock_target.of_visit(trial.failure, visit), FROZEN)


def newest_lock(_trial: Trial) -> str:
    """The page of the lock whose unlocking is asked for."""
    return reverse("lock", args=[Lock.objects.get(kind=LOCKED).pk])


def tell(cast: Cast) -> None:
    """A webhook with a message."""
    given = Setup("Registry", "https://hooks.example.org/told", (Happening.SERIOUS_EVENT,))
    made, _secret = webhooks.add(by=cast.data_manager, site=cast.north, setup=given, reason="told")
    webhooks.ping(by=cast.data_manager, webhook=made)


def sent_files(cast: Cast, treated: Participant) -> None:
    """A file whose columns wait for a decision, one that is judged, one that was, and one that is saved."""
    head, row = "participant,visit,nrs_avg24,mood\n", f"{treated.code},BL,17,good\n"
    content = (head + row).encode()
    imports.receive(by=cast.coordinator, content=content, name="pain-of-june.csv")
    found = imports.receive(by=cast.coordinator, content=content, name="pain-of-may.csv")
    columns = {"participant": "participant", "visit": "visit", "nrs_avg24": "nrs_avg24", "mood": ""}
    imports.decide(by=cast.coordinator, found=found, choices=Choices("pain", columns))
    imports.run(number=found.pk)
    saved = imports.receive(by=cast.coordinator, content=content, name="pain-of-april.csv")
    imports.decide(by=cast.coordinator, found=saved, choices=Choices("pain", columns))
    imports.run(number=saved.pk)
    imports.save(by=cast.coordinator, found=saved, reason="From the paper", skips=True)
    imports.run(number=saved.pk)
    waits = imports.receive(by=cast.coordinator, content=content, name="pain-of-march.csv")
    imports.decide(by=cast.coordinator, found=waits, choices=Choices("pain", columns))


def import_in(state: str) -> Callable[[Trial], str]:
    """The page of the import in a state."""
    return lambda trial: reverse("import", args=[Import.objects.get(state=state).pk])


def ask_for_exports(cast: Cast) -> None:
    """An export that is ready and was taken, one that failed, one that was cancelled, and one that waits."""
    made = written(cast.data_manager, shape="forms", privacy="shifted dates")
    exports.take(by=cast.data_manager, number=made.pk, first_byte=100)
    written(cast.data_manager, seal=99)
    ended = exports.ask(by=cast.data_manager, options=Options())
    exports.cancel(by=cast.data_manager, number=ended.pk)
    exports.ask(by=cast.data_manager, options=Options())


def export_in(state: str) -> Callable[[Trial], str]:
    """The page of the export in a state."""
    return lambda trial: reverse("export", args=[Export.objects.get(state=state).pk])


def newest_webhook(_trial: Trial) -> str:
    return reverse("webhook", args=[Webhook.objects.get().pk])


def watch(cast: Cast, participant: Participant) -> None:
    """A serious event that was reported late, and an opioid after the injection."""
    day = journey.day_of(participant, "W1")
    late = answers.serious_event(day, aerptdat=(day + timedelta(days=2)).isoformat())
    journey.log(cast.investigator, participant, "adverse_event", late)
    opioid = answers.medication(day, cmtrt="Morphine", cmdose="10")
    journey.log(cast.investigator, participant, "medication", opioid)


def vouch(cast: Cast, participant: Participant) -> None:
    """Questions in several states, and answers that were verified."""
    pain = Record.objects.get(participant=participant, visit__code="W1", form="pain")
    queries.raise_query(by=cast.statistician, record=pain, item="nrs_avg24", text="Is this so?")
    asked = queries.raise_query(by=cast.monitor, record=pain, text="Whose form is this?")
    queries.answer(by=cast.coordinator, query=asked, explanation="Hers")
    motion = Record.objects.get(participant=participant, visit__code="W1", form="motion")
    queries.raise_query(by=cast.monitor, record=motion, item="rom_t1", text="Is this so?")
    for record, item in ((pain, "nrs_avg24"), (motion, "rom_t1")):
        shown = content_hash.of_record(record).hash
        verifications.verify(by=cast.monitor, record=record, shown_hash=shown, items=[item])


def fit_pain(cast: Cast) -> None:
    """Results of pain, with something that changed since the run before; motion has too few data."""
    refit("motion")
    first, *_ = measured.pain(cast)
    refit("pain")
    measured.correct_pain(cast, first, 6)
    refit("pain")


def at(name: str, *more: str) -> Callable[[Trial], str]:
    """An address that is the same for every trial."""
    return lambda trial: reverse(name, args=more)


def of(who: str, name: str, *more: str) -> Callable[[Trial], str]:
    """An address below a participant."""
    return lambda trial: reverse(name, args=[getattr(trial, who).code, *more])


def refuse_a_number(page: Page) -> None:
    page.locator("[name=rom_t1]").fill("130")
    page.get_by_label("Reason for the change").fill("Read again")
    page.keyboard.press("F7")
    page.get_by_role("heading", name="Some answers cannot be stored").wait_for()


def save_an_old_version(page: Page) -> None:
    page.evaluate("document.querySelector('[name=version]').value = 99")
    page.locator('[name=nrs_avg24][value="3"]').check(force=True)
    page.keyboard.press("F7")
    page.get_by_role("heading", name="Both versions").wait_for()


def leave_a_draft(page: Page) -> None:
    page.locator("[name=nrs_now]").first.check(force=True)
    page.get_by_text("not saved into the casebook yet").wait_for()
    page.reload()
    page.get_by_role("heading", name="You typed here").wait_for()


def end_the_session(page: Page) -> None:
    """Only the page that is shown learns of it: the draft stays in the browser."""
    to_sign_in = {"status": 302, "headers": {"Location": "/sign-in/"}}
    page.route("**/draft/", lambda route: route.fulfill(**to_sign_in))
    page.locator("[name=nrs_now]").first.check(force=True)
    page.get_by_text("Kept in this browser only").first.wait_for()
    page.unroute("**/draft/")


def open_all(page: Page) -> None:
    for summary in page.locator("main summary").all():
        summary.click()


def count_the_rows(page: Page) -> None:
    open_all(page)
    page.get_by_label("Shape").select_option("wide")
    page.get_by_text("rows now").wait_for()


def remove_an_old_version(page: Page) -> None:
    page.evaluate("document.querySelector('[action*=remove] [name=version]').value = 99")
    page.get_by_text("Take this form out of use").click()
    page.locator("#removal-reason").fill("Filled in for somebody else")
    page.get_by_role("button", name="Take it out").click()
    page.get_by_role("heading", name="Somebody saved in between").wait_for()


def say_nothing_of_a_visit(page: Page) -> None:
    page.evaluate("document.querySelectorAll('[name=occurred]').forEach((each) => (each.checked = false))")
    page.keyboard.press("F7")
    page.get_by_role("heading", name="Some answers cannot be stored").wait_for()


def send_what_is_no_image(page: Page) -> None:
    page.get_by_label("File").set_input_files(
        {"name": "a.png", "mimeType": "image/png", "buffer": b"%PDF-1.7"}
    )
    page.get_by_role("radio", name="Ultrasound").check()
    page.get_by_label("Caption").fill("L3-4 left")
    page.get_by_label("I looked at the picture").check()
    page.get_by_label("Reason for the change").fill("Sent later")
    page.get_by_role("button", name="Store the image").click()
    page.get_by_role("heading", name="No image that can be kept").wait_for()


def make_a_calendar(page: Page) -> None:
    page.get_by_role("button", name="Make an address").click()
    page.get_by_text("Copy it now").wait_for()


def open_the_panel(page: Page) -> None:
    page.locator('[data-item="nrs_avg24"] .about-button').click()
    page.get_by_role("dialog").get_by_role("heading", name="History").wait_for()


def sign_without_proof(page: Page) -> None:
    """With a password that is not the signer's, and no other proof."""
    page.get_by_role("radio", name="Approval").check()
    for field in page.locator("form.signing input[required]:not([type=radio])").all():
        field.fill("not the one")
    page.locator("form.signing button[type=submit]").click()


def list_the_keys(page: Page) -> None:
    page.get_by_role("button", name="Keys").click()
    page.get_by_role("dialog", name="Keys").wait_for()


def about_pain(name: str, *more: str) -> Callable[[Trial], str]:
    """An address below the record of pain at week 1."""

    def address(trial: Trial) -> str:
        record = Record.objects.get(participant=trial.treated, visit__code="W1", form="pain")
        return reverse(name, args=[trial.treated.code, record.pk, *more])

    return address


def make_a_token(page: Page) -> None:
    page.get_by_label("What is it for?").fill("Reports")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_label("Code", exact=True).fill(code_of(User.objects.get(username="investigator")))
    page.get_by_role("button", name="Make a token").click()
    page.get_by_text("Copy it now").wait_for()


def enter(page: Page, username: str = "investigator", password: str = PASSWORD) -> None:
    page.get_by_label("User name").fill(username)
    page.get_by_label("Password", exact=True).fill(password)
    page.get_by_role("button", name="Sign in").click()


def send_a_wrong_code(page: Page) -> None:
    enter(page)
    page.get_by_label("Code", exact=True).fill("0")
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("alert").wait_for()


def fail_too_often(page: Page) -> None:
    for _each in range(5):
        enter(page, "nobody", "a guess")
    page.get_by_role("heading", name="Too many attempts").wait_for()


def make_recovery_codes(page: Page) -> None:
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_label("Code", exact=True).fill(code_of(User.objects.get(username="investigator")))
    page.get_by_role("button", name="Make new recovery codes").click()
    page.get_by_text("shown this once").wait_for()


def own_factor(trial: Trial) -> str:
    (factor,) = SecondFactor.objects.filter(user__username="investigator")
    return reverse("second-factor-remove", args=[factor.pk])


def account_of(username: str) -> Callable[[Trial], str]:
    """The page of an account."""
    return lambda trial: reverse("accounts-person", args=[User.objects.get(username=username).pk])


SIGHTS = (
    Sight("sign-in", "", at("sign-in")),
    Sight("sign-in-code", "", at("sign-in"), send_a_wrong_code),
    Sight("locked-out", "", at("sign-in"), fail_too_often),
    Sight("password-reset", "", at("password-reset")),
    Sight("password-reset-sent", "", at("password-reset-sent")),
    Sight("participants", "investigator", at("home")),
    Sight("participants-none", "southern_investigator", at("home")),
    Sight("due", "investigator", at("due"), make_a_calendar),
    Sight("participant-add", "coordinator", at("participant-add")),
    Sight("participant", "investigator", of("treated", "participant")),
    Sight("locks", "data_manager", at("locks")),
    Sight("imports", "coordinator", at("imports")),
    Sight("import-columns", "coordinator", import_in(TO_MAP)),
    Sight("import-under-way", "coordinator", import_in(JUDGING)),
    Sight("import-judged", "coordinator", import_in(JUDGED)),
    Sight("import-saved", "coordinator", import_in(SAVED)),
    Sight("webhooks", "data_manager", at("webhooks")),
    Sight("webhook-new", "data_manager", at("webhook-new")),
    Sight("webhook", "data_manager", newest_webhook, open_all),
    Sight("lock-choose", "data_manager", at("lock-new")),
    Sight("lock-new", "data_manager", lambda _: f"{reverse('lock-new')}?scope=site&site=01", open_all),
    Sight("lock", "medical_monitor", newest_lock, open_all),
    Sight("participant-locked", "investigator", of("locked", "participant")),
    Sight("record-locked", "investigator", of("locked", "record", "SCR", "consent")),
    Sight("visit-frozen", "data_manager", of("failure", "visit", "SCR")),
    Sight("casebook-printed", "monitor", of("treated", "casebook")),
    Sight("participant-moves", "investigator", of("eligible", "participant"), open_all),
    Sight("participant-screen-failure", "investigator", of("failure", "participant")),
    Sight("visit", "investigator", of("treated", "visit", "W1"), open_all),
    Sight("visit-unscheduled", "investigator", of("treated", "visit", "U1")),
    Sight("visit-new", "investigator", of("treated", "visit", "W12")),
    Sight("visit-closed", "investigator", of("screening", "visit", "W1")),
    Sight("visit-refused", "investigator", of("treated", "visit", "W12"), say_nothing_of_a_visit),
    Sight("visit-set-back", "investigator", of("set_back", "visit", "BL"), open_all),
    Sight("form-consent", "investigator", of("screening", "record", "SCR", "consent")),
    Sight("form-eligibility", "investigator", of("failure", "record", "SCR", "eligibility")),
    Sight("form-eligibility-before-consent", "investigator", of("screening", "record", "SCR", "eligibility")),
    Sight("form-pain", "investigator", of("treated", "record", "W1", "pain")),
    Sight("form-pain-in-doubt", "investigator", of("treated", "record", "W2", "pain")),
    Sight("form-pain-conflict", "investigator", of("treated", "record", "W2", "pain"), save_an_old_version),
    Sight("form-pain-draft", "coordinator", of("treated", "record", "W2", "pain"), leave_a_draft),
    Sight("form-pain-signed-out", "coordinator", of("treated", "record", "W1", "pain"), end_the_session),
    Sight("form-pain-history", "investigator", of("treated", "record", "W1", "pain"), open_all),
    Sight(
        "form-pain-not-removed", "investigator", of("treated", "record", "W1", "pain"), remove_an_old_version
    ),
    Sight("form-pain-panel", "investigator", of("treated", "record", "W1", "pain"), open_the_panel),
    Sight("form-keys", "investigator", of("treated", "record", "W1", "pain"), list_the_keys),
    Sight("form-pain-panel-read", "monitor", of("treated", "record", "W1", "pain"), open_the_panel),
    Sight("to-sign", "investigator", at("signatures")),
    Sight("sign-form", "investigator", of("treated", "sign-record", "W1", "pain")),
    Sight("sign-refused", "investigator", of("treated", "sign-record", "W1", "pain"), sign_without_proof),
    Sight("sign-casebook-open", "investigator", of("treated", "sign-casebook")),
    Sight("item", "monitor", about_pain("item", "nrs_avg24")),
    Sight("form-history", "investigator", about_pain("record-history")),
    Sight("form-demographics", "investigator", of("screening", "record", "SCR", "demographics")),
    Sight("form-surgery", "investigator", of("treated", "record", "SCR", "surgery")),
    Sight("form-prior-treatment", "investigator", of("treated", "record", "SCR", "prior_treatment")),
    Sight("form-mri", "investigator", of("treated", "record", "SCR", "mri")),
    Sight("form-pain-set-back", "investigator", of("set_back", "record", "BL", "pain")),
    Sight("form-pain-read", "monitor", of("treated", "record", "W2", "pain")),
    Sight("form-motion", "investigator", of("treated", "record", "W2", "motion")),
    Sight("form-motion-refused", "investigator", of("treated", "record", "W1", "motion"), refuse_a_number),
    Sight("form-disability", "investigator", of("treated", "record", "W2", "disability")),
    Sight("form-injection", "investigator", of("treated", "record", "INJ", "injection")),
    Sight("form-injection-read", "monitor", of("treated", "record", "INJ", "injection")),
    Sight("account", "investigator", at("account"), make_a_token),
    Sight("second-factors", "investigator", at("second-factors")),
    Sight("second-factor-app", "investigator", at("second-factor-app")),
    Sight("second-factor-key", "investigator", at("second-factor-key")),
    Sight("second-factor-remove", "investigator", own_factor),
    Sight("recovery-codes", "investigator", at("recovery-codes"), make_recovery_codes),
    Sight("password-change", "investigator", at("password-change")),
    Sight("accounts", "administrator", at("accounts")),
    Sight("accounts-read", "auditor", at("accounts")),
    Sight("account-add", "administrator", at("accounts-add")),
    Sight("account-person", "administrator", account_of("investigator"), open_all),
    Sight("account-person-own", "administrator", account_of("administrator")),
    Sight("account-person-read", "auditor", account_of("monitor")),
    Sight("attachments", "investigator", of("treated", "attachments", "INJ", "injection"), open_all),
    Sight("attachments-read", "monitor", of("treated", "attachments", "INJ", "injection")),
    Sight(
        "attachments-refused",
        "investigator",
        of("treated", "attachments", "INJ", "injection"),
        send_what_is_no_image,
    ),
    Sight("queries", "monitor", at("queries")),
    Sight("queries-of-the-site", "coordinator", at("queries")),
    Sight("verification", "monitor", at("verification")),
    Sight("form-as-a-whole", "monitor", about_pain("record-questions")),
    Sight("safety", "investigator", at("safety")),
    Sight("safety-event", "investigator", of("treated", "serious", "1")),
    Sight("deviations", "investigator", of("treated", "deviations")),
    Sight("form-adverse-event", "investigator", of("treated", "log", "adverse_event", "1")),
    Sight("flow", "investigator", at("flow"), open_all),
    Sight("flow-box", "investigator", at("flow-box", "not-enrolled")),
    Sight("results", "investigator", at("results")),
    Sight("results-opened", "investigator", at("results"), open_all),
    Sight("results-other-site", "southern_investigator", at("results")),
    Sight("results-sensitivity", "investigator", at("results-sensitivity")),
    Sight("results-sensitivity-opened", "investigator", at("results-sensitivity"), open_all),
    Sight("results-diagnostics", "investigator", at("results-diagnostics")),
    Sight("results-influence", "investigator", at("results-influence")),
    Sight("results-influence-other-site", "southern_investigator", at("results-influence")),
    Sight("results-safety", "investigator", at("results-safety")),
    Sight("results-planning", "investigator", at("results-planning")),
    Sight("results-report", "investigator", at("results-report")),
    Sight("audit", "monitor", at("audit")),
    Sight("audit-reviews", "monitor", at("audit-reviews")),
    Sight("ledger", "monitor", at("ledger")),
    Sight("exports", "data_manager", at("exports"), count_the_rows),
    Sight("export-waiting", "data_manager", export_in(WAITING)),
    Sight("export", "data_manager", export_in(READY), open_all),
    Sight("export-failed", "data_manager", export_in(FAILED)),
    Sight("codebook", "investigator", at("codebook")),
    Sight("not-allowed", "monitor", at("participant-add")),
    Sight("not-found", "investigator", of("treated", "visit", "W4")),
)
