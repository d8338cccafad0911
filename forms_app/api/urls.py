"""The addresses of filled forms, below /api/v1/."""

from django.urls import path

from forms_app.api.attachments import AttachmentsView, AttachmentView
from forms_app.api.audit import AuditView
from forms_app.api.audit_reviews import AuditReviewsView
from forms_app.api.bulk import BulkView
from forms_app.api.calendars import CalendarEndView, CalendarView
from forms_app.api.casebooks import CasebookView
from forms_app.api.changes import ChangesView
from forms_app.api.deviations import DeviationsView
from forms_app.api.due import DueView
from forms_app.api.flow import FlowView
from forms_app.api.imports import ImportsView, ImportView, JudgingView, RefusedView, SavingView
from forms_app.api.locks import LocksView, LockView
from forms_app.api.opioids import OpioidsView
from forms_app.api.progress import VerificationProgressView
from forms_app.api.proofs import ProofView
from forms_app.api.queries import AllQueriesView, QueriesView, QueryView
from forms_app.api.records import LogView, RecordView, RestoreView
from forms_app.api.safety import SafetyView
from forms_app.api.signatures import CasebookSignaturesView, RecordSignaturesView, VisitSignaturesView
from forms_app.api.signed import SignedParticipantView, SignedVisitsView, SignedVisitView
from forms_app.api.to_sign import ToSignView
from forms_app.api.verifications import VerificationView

PARTICIPANT = "participants/<str:code>/"
VISIT = PARTICIPANT + "visits/<str:visit>/"
LOG = "participants/<str:code>/logs/<str:form>/"
FORM = "participants/<str:code>/visits/<str:visit>/forms/<str:form>/"

urlpatterns = [
    path("due/", DueView.as_view(), name="api-due"),
    path("queries/", AllQueriesView.as_view(), name="api-all-queries"),
    path("records/bulk/", BulkView.as_view(), name="api-bulk"),
    path("imports/", ImportsView.as_view(), name="api-imports"),
    path("imports/<int:number>/", ImportView.as_view(), name="api-import"),
    path("imports/<int:number>/judging/", JudgingView.as_view(), name="api-import-judging"),
    path("imports/<int:number>/saving/", SavingView.as_view(), name="api-import-saving"),
    path("imports/<int:number>/refused/", RefusedView.as_view(), name="api-import-refused"),
    path("changes/", ChangesView.as_view(), name="api-changes"),
    path("due/calendar/", CalendarView.as_view(), name="api-calendar"),
    path("due/calendar/end/", CalendarEndView.as_view(), name="api-calendar-end"),
    path("signatures/", ToSignView.as_view(), name="api-to-sign"),
    path("verification/", VerificationProgressView.as_view(), name="api-verification-progress"),
    path("audit/reviews/", AuditReviewsView.as_view(), name="api-audit-reviews"),
    path("participants/<str:code>/casebook/", CasebookView.as_view(), name="api-casebook"),
    path("participants/<str:code>/opioids/", OpioidsView.as_view(), name="api-opioids"),
    path("audit/", AuditView.as_view(), name="api-audit"),
    path("ledger/events/<int:number>/proof/", ProofView.as_view(), name="api-ledger-proof"),
    path("safety/", SafetyView.as_view(), name="api-safety"),
    path("participants/<str:code>/deviations/", DeviationsView.as_view(), name="api-deviations"),
    path(FORM, RecordView.as_view(), name="api-record"),
    path(FORM + "restore/", RestoreView.as_view(), name="api-record-restore"),
    path(LOG, LogView.as_view(), name="api-log"),
    path(LOG + "<int:repeat>/", RecordView.as_view(), name="api-log-entry"),
    path(LOG + "<int:repeat>/restore/", RestoreView.as_view(), name="api-log-entry-restore"),
    path(FORM + "attachments/", AttachmentsView.as_view(), name="api-attachments"),
    path(FORM + "attachments/<int:number>/", AttachmentView.as_view(), name="api-attachment"),
    path(FORM + "queries/", QueriesView.as_view(), name="api-queries"),
    path(FORM + "queries/<str:check>/", QueryView.as_view(), name="api-query"),
    path(FORM + "verification/", VerificationView.as_view(), name="api-verification"),
    path(LOG + "<int:repeat>/verification/", VerificationView.as_view(), name="api-log-verification"),
    path(LOG + "<int:repeat>/queries/", QueriesView.as_view(), name="api-log-queries"),
    path(LOG + "<int:repeat>/queries/<str:check>/", QueryView.as_view(), name="api-log-query"),
    path(PARTICIPANT, SignedParticipantView.as_view(), name="api-participant"),
    path(PARTICIPANT + "visits/", SignedVisitsView.as_view(), name="api-visits"),
    path(VISIT, SignedVisitView.as_view(), name="api-visit"),
    path(PARTICIPANT + "signatures/", CasebookSignaturesView.as_view(), name="api-casebook-signatures"),
    path(VISIT + "signatures/", VisitSignaturesView.as_view(), name="api-visit-signatures"),
    path(FORM + "signatures/", RecordSignaturesView.as_view(), name="api-record-signatures"),
    path(LOG + "<int:repeat>/signatures/", RecordSignaturesView.as_view(), name="api-log-signatures"),
    path("flow/", FlowView.as_view(), name="api-flow"),
    path("locks/", LocksView.as_view(), name="api-locks"),
    path("locks/<int:number>/", LockView.as_view(), name="api-lock"),
]
