"""The addresses of participants, below /api/v1/; what carries signatures has its own in `forms_app.api`."""

from django.urls import path

from trial.api import token_scheme  # noqa: F401  (the schema finds it by its import)
from trial.api.ledger import SealsView
from trial.api.participants import ParticipantStateView, ParticipantsView

urlpatterns = [
    path("ledger/seals/", SealsView.as_view(), name="api-ledger-seals"),
    path("participants/", ParticipantsView.as_view(), name="api-participants"),
    path("participants/<str:code>/state/", ParticipantStateView.as_view(), name="api-participant-state"),
]
