"""The addresses of participants and visits, below /api/v1/."""

from django.urls import path

from trial.api import token_scheme  # noqa: F401  (the schema finds it by its import)
from trial.api.ledger import ProofView, SealsView
from trial.api.participants import ParticipantStateView, ParticipantsView, ParticipantView
from trial.api.visits import VisitsView, VisitView

urlpatterns = [
    path("ledger/seals/", SealsView.as_view(), name="api-ledger-seals"),
    path("ledger/events/<int:number>/proof/", ProofView.as_view(), name="api-ledger-proof"),
    path("participants/", ParticipantsView.as_view(), name="api-participants"),
    path("participants/<str:code>/", ParticipantView.as_view(), name="api-participant"),
    path("participants/<str:code>/state/", ParticipantStateView.as_view(), name="api-participant-state"),
    path("participants/<str:code>/visits/", VisitsView.as_view(), name="api-visits"),
    path("participants/<str:code>/visits/<str:visit>/", VisitView.as_view(), name="api-visit"),
]
