"""The addresses of participants, below /api/v1/; what carries signatures has its own in `forms_app.api`."""

from django.urls import path

from trial.api import token_scheme  # noqa: F401  (the schema finds it by its import)
from trial.api.accounts import AccountRoleEndView, AccountRolesView, AccountsView, AccountView
from trial.api.ledger import LedgerView, SealsView, SealView
from trial.api.own_account import OwnAccountView, SessionsView, SessionView, TokensView, TokenView
from trial.api.participants import ParticipantStateView, ParticipantsView
from trial.api.sites import SitesView, SiteView
from trial.api.study import FormsView, FormView, StudyView
from trial.api.webhooks import DeliveriesView, WebhookSecretView, WebhooksView, WebhookView

ROLE = "accounts/<int:number>/roles/<int:role>/"

urlpatterns = [
    path("study/", StudyView.as_view(), name="api-study"),
    path("forms/", FormsView.as_view(), name="api-forms"),
    path("forms/<str:form>/", FormView.as_view(), name="api-form"),
    path("sites/", SitesView.as_view(), name="api-sites"),
    path("sites/<str:code>/", SiteView.as_view(), name="api-site"),
    path("account/", OwnAccountView.as_view(), name="api-own-account"),
    path("account/tokens/", TokensView.as_view(), name="api-own-tokens"),
    path("account/tokens/<str:key>/", TokenView.as_view(), name="api-own-token"),
    path("account/sessions/", SessionsView.as_view(), name="api-own-sessions"),
    path("account/sessions/<str:sign>/", SessionView.as_view(), name="api-own-session"),
    path("accounts/", AccountsView.as_view(), name="api-accounts"),
    path("accounts/<int:number>/", AccountView.as_view(), name="api-account"),
    path("accounts/<int:number>/roles/", AccountRolesView.as_view(), name="api-account-roles"),
    path(ROLE + "end/", AccountRoleEndView.as_view(), name="api-account-role-end"),
    path("webhooks/", WebhooksView.as_view(), name="api-webhooks"),
    path("webhooks/<int:number>/", WebhookView.as_view(), name="api-webhook"),
    path("webhooks/<int:number>/secret/", WebhookSecretView.as_view(), name="api-webhook-secret"),
    path("webhooks/<int:number>/deliveries/", DeliveriesView.as_view(), name="api-webhook-deliveries"),
    path("ledger/", LedgerView.as_view(), name="api-ledger"),
    path("ledger/seals/", SealsView.as_view(), name="api-ledger-seals"),
    path("ledger/seals/<int:number>/", SealView.as_view(), name="api-ledger-seal"),
    path("participants/", ParticipantsView.as_view(), name="api-participants"),
    path("participants/<str:code>/state/", ParticipantStateView.as_view(), name="api-participant-state"),
]
