"""The screens of the forms at work."""

from django.urls import path

from forms_app.screens.about import ask, item, record_history, settle
from forms_app.screens.attachments import attachment, attachments, thumbnail
from forms_app.screens.attachments import remove as remove_attachment
from forms_app.screens.audit import audit, audit_file, audit_reviews_page
from forms_app.screens.calendar import create as create_calendar
from forms_app.screens.calendar import feed as calendar_feed
from forms_app.screens.calendar import revoke as revoke_calendar
from forms_app.screens.deviations import deviations
from forms_app.screens.drafts import discard, keep
from forms_app.screens.due import due
from forms_app.screens.flow import box, flow, flow_png, flow_svg
from forms_app.screens.home import home
from forms_app.screens.imports import imports
from forms_app.screens.imports import one as one_import
from forms_app.screens.imports import problems as import_problems
from forms_app.screens.locks import lock, locks, report_csv, report_pdf
from forms_app.screens.locks import new as new_lock
from forms_app.screens.next_due import next_due
from forms_app.screens.paper import annotated_crf, casebook, casebook_pdf
from forms_app.screens.participant import add, move, participant
from forms_app.screens.queries import queries
from forms_app.screens.record import log_entry, record
from forms_app.screens.removal import remove, restore
from forms_app.screens.safety import safety, serious
from forms_app.screens.signing import sign, signatures
from forms_app.screens.verification import progress, verify, verify_casebook
from forms_app.screens.visit import visit

IMAGES = "participants/<str:code>/visits/<str:visit>/forms/<str:form>/attachments/"

screens = [
    path("", home, name="home"),
    path("due/", due, name="due"),
    path("due/calendar/", create_calendar, name="calendar-create"),
    path("due/calendar/revoke/", revoke_calendar, name="calendar-revoke"),
    path("calendar/<str:token>.ics", calendar_feed, name="calendar-feed"),
    path("safety/", safety, name="safety"),
    path("audit/", audit, name="audit"),
    path("audit/audit-trail.csv", audit_file, name="audit-file"),
    path("audit/reviews/", audit_reviews_page, name="audit-reviews"),
    path("participants/add/", add, name="participant-add"),
    path("participants/<str:code>/", participant, name="participant"),
    path("participants/<str:code>/state/", move, name="participant-state"),
    path("participants/<str:code>/casebook/", casebook, name="casebook"),
    path("participants/<str:code>/casebook.pdf", casebook_pdf, name="casebook-pdf"),
    path("forms/annotated-crf.pdf", annotated_crf, name="annotated-crf"),
    path("participants/<str:code>/next/", next_due, name="next-due"),
    path("participants/<str:code>/deviations/", deviations, name="deviations"),
    path("participants/<str:code>/logs/adverse_event/<int:repeat>/serious/", serious, name="serious"),
    path("participants/<str:code>/visits/<str:visit>/", visit, name="visit"),
    path("participants/<str:code>/visits/<str:visit>/forms/<str:form>/", record, name="record"),
    path("participants/<str:code>/visits/<str:visit>/forms/<str:form>/remove/", remove, name="record-remove"),
    path(
        "participants/<str:code>/visits/<str:visit>/forms/<str:form>/restore/", restore, name="record-restore"
    ),
    path("participants/<str:code>/logs/<str:form>/new/", log_entry, name="log-new"),
    path("participants/<str:code>/logs/<str:form>/<int:repeat>/", log_entry, name="log"),
    path("participants/<str:code>/logs/<str:form>/<int:repeat>/remove/", remove, name="log-remove"),
    path("participants/<str:code>/logs/<str:form>/<int:repeat>/restore/", restore, name="log-restore"),
    path("participants/<str:code>/visits/<str:visit>/forms/<str:form>/draft/", keep, name="draft"),
    path(
        "participants/<str:code>/visits/<str:visit>/forms/<str:form>/draft/discard/",
        discard,
        name="draft-discard",
    ),
    path("participants/<str:code>/logs/<str:form>/<int:repeat>/draft/", keep, name="log-draft"),
    path(
        "participants/<str:code>/logs/<str:form>/<int:repeat>/draft/discard/",
        discard,
        name="log-draft-discard",
    ),
    path(IMAGES, attachments, name="attachments"),
    path(IMAGES + "<int:number>/", attachment, name="attachment"),
    path(IMAGES + "<int:number>/thumbnail/", thumbnail, name="attachment-thumbnail"),
    path(IMAGES + "<int:number>/remove/", remove_attachment, name="attachment-remove"),
    path("participants/<str:code>/records/<int:record>/", record_history, name="record-history"),
    path("queries/", queries, name="queries"),
    path("verification/", progress, name="verification"),
    path("participants/<str:code>/verification/", verify_casebook, name="casebook-verification"),
    path("participants/<str:code>/records/<int:record>/verification/", verify, name="record-verification"),
    path("participants/<str:code>/records/<int:record>/items/", item, name="record-questions"),
    path("participants/<str:code>/records/<int:record>/queries/", ask, name="record-query"),
    path("participants/<str:code>/records/<int:record>/items/<str:item>/", item, name="item"),
    path("participants/<str:code>/records/<int:record>/items/<str:item>/queries/", ask, name="item-query"),
    path("participants/<str:code>/records/<int:record>/queries/<int:query>/", settle, name="query"),
    path("imports/", imports, name="imports"),
    path("imports/<int:number>/", one_import, name="import"),
    path("imports/<int:number>/refused.csv", import_problems, name="import-refused"),
    path("locks/", locks, name="locks"),
    path("locks/new/", new_lock, name="lock-new"),
    path("locks/<int:number>/", lock, name="lock"),
    path("locks/<int:number>/report.csv", report_csv, name="lock-report"),
    path("locks/<int:number>/report.pdf", report_pdf, name="lock-report-pdf"),
    path("signatures/", signatures, name="signatures"),
    path("participants/<str:code>/sign/", sign, name="sign-casebook"),
    path("participants/<str:code>/visits/<str:visit>/sign/", sign, name="sign-visit"),
    path("participants/<str:code>/visits/<str:visit>/forms/<str:form>/sign/", sign, name="sign-record"),
    path("participants/<str:code>/logs/<str:form>/<int:repeat>/sign/", sign, name="sign-log"),
    path("flow/", flow, name="flow"),
    path("flow/flow.svg", flow_svg, name="flow-svg"),
    path("flow/flow.png", flow_png, name="flow-png"),
    path("flow/<slug:box>/", box, name="flow-box"),
]
