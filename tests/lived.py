"""Participants whose casebooks have everything in them, made through the services: the whole life of one,
every state, every missing code, what people say of answers, signatures that hold and that broke."""

from forms_app.models import Query
from forms_app.models.signature import AUTHORSHIP
from forms_app.services import queries, records
from tests import answers, journey, signing, whole_trial
from tests.cast import Cast
from trial.crf.codelists import MISSING
from trial.crf.submission import Entry, Submission
from trial.models import Participant, Record
from trial.services import participants

# Texts that files are known to alter.
NASTY = (
    'Quotes " and \' and <tags> & "&amp;", a backslash \\ and ]]>',
    "two lines\nof text",
    "a carriage return\r\nand a tab\tinside",
    "=cmd|' /C calc'!A0",
    "😀 العربية \u202ertl 胸腰筋膜",
    "é composed, e\u0301 not",
    "x" * 190,
)


def whole(cast: Cast) -> Participant:
    """Every form, a serious event, a side that was not injected, a visit by telephone."""
    participant = journey.added(cast)
    for step in whole_trial.life(cast.north.today()):
        match step:
            case whole_trial.Attended(visit, day, mode):
                journey.attend(cast.investigator, participant, visit, day=day, mode=mode)
            case whole_trial.Filled(form, submission, visit):
                _fill(cast, participant, form, submission, visit)
            case whole_trial.Enrolled():
                participants.enrol(by=cast.investigator, participant=participant)
    return journey.again(participant)


def _fill(cast: Cast, participant: Participant, form: str, submission: Submission, visit: str) -> None:
    if visit:
        journey.save(cast.investigator, participant, visit, form, submission)
    else:
        journey.log(cast.investigator, participant, form, submission)


def with_missing_codes(cast: Cast) -> Participant:
    """Every missing code, in forms and in a row of a group."""
    participant = journey.injected(cast)
    journey.attend(cast.investigator, participant, "W1")
    items = ("nrs_worst24", "nrs_least24", "nrs_now", "nrs_rest")
    missing = dict(zip(items, MISSING.codes, strict=True))
    journey.save(cast.investigator, participant, "W1", "pain", Submission(Entry({"nrs_avg24": 4}, missing)))
    block = answers.block(journey.day_of(participant, "SCR"))
    rows = {"1": Entry({**block, "mbbdrug": None}, {"mbbdrug": "UNK"})}
    treated = Submission(Entry({"ptyn": "N", "mbbyn": "Y"}), {"block": rows})
    journey.save(cast.investigator, participant, "SCR", "prior_treatment", treated)
    return journey.again(participant)


def with_nasty_texts(cast: Cast) -> Participant:
    """Texts that files are known to alter, as terms of adverse events."""
    participant = journey.consented(cast)
    day = journey.day_of(participant, "SCR")
    for text in NASTY:
        journey.log(cast.investigator, participant, "adverse_event", answers.adverse_event(day, aeterm=text))
    return journey.again(participant)


def with_talk(cast: Cast) -> Participant:
    """An unscheduled visit, questions open, answered and closed, a remark, signatures intact and broken."""
    participant = journey.with_outcomes(cast)
    investigator = cast.investigator
    journey.attend(investigator, participant, "U1")
    records.save(
        by=investigator,
        participant=participant,
        visit="U1",
        form="pain",
        submission=answers.pain(3),
        comments={"nrs_avg24": "After a long <walk>"},
    )
    record = Record.objects.get(participant=participant, visit__code="W1", form="pain")
    for item in ("nrs_avg24", "nrs_now", ""):
        queries.raise_query(by=cast.data_manager, record=record, text=f"Is “{item}” right?", item=item)
    asked = Query.objects.filter(record=record, check_code__startswith="manual").order_by("id")
    queries.answer(by=investigator, query=asked[0], explanation="Yes, it is.")
    queries.answer(by=investigator, query=asked[1], explanation="Read twice.")
    queries.close(by=cast.data_manager, query=asked[1])
    motion = Record.objects.get(participant=participant, visit__code="W1", form="motion")
    signing.form(investigator, motion, AUTHORSHIP)
    changed = answers.motion("31.0", "32.0", "33.0")
    journey.save(investigator, participant, "W1", "motion", changed, motion.version, reason="Typed wrong")
    signing.form(investigator, Record.objects.get(pk=motion.pk))
    baseline = Record.objects.get(participant=participant, visit__code="BL", form="motion")
    signing.form(investigator, baseline)
    signing.form(cast.sub_investigator, baseline, AUTHORSHIP)
    return journey.again(participant)


def in_every_state(cast: Cast) -> list[Participant]:
    """A participant in each state there is."""
    left = journey.withdraw(cast, journey.injected(cast))
    ended = journey.injected(cast)
    journey.follow_up_missed(cast, ended)
    return [
        journey.added(cast),
        journey.eligible(cast),
        journey.enrolled(cast),
        journey.injected(cast),
        journey.screen_failure(cast),
        left,
        journey.complete(cast, ended),
    ]


def all_of_it(cast: Cast) -> list[Participant]:
    """Everybody above."""
    made = [whole(cast), with_missing_codes(cast), with_nasty_texts(cast), with_talk(cast)]
    return [*made, *in_every_state(cast)]
