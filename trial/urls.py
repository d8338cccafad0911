"""The screens of people and their accounts."""

from django.urls import path

from trial.screens import second_factors, webhooks
from trial.screens.account import account, create_token, end_other_sessions, end_session, revoke_token
from trial.screens.accounts import (
    accounts,
    add_account,
    close_account,
    end_role,
    forget_password,
    give_role,
    person,
    reopen_account,
    reset_second_factor,
)
from trial.screens.idle import session
from trial.screens.language import language
from trial.screens.ledger import ledger, roots
from trial.screens.password import (
    AskForPasswordView,
    ChangePasswordView,
    PasswordMailSentView,
    SetPasswordView,
)
from trial.screens.scheme import scheme
from trial.screens.session import SignInView, SignOutView, challenge, sign_in_code

screens = [
    path("sign-in/", SignInView.as_view(), name="sign-in"),
    path("sign-in/code/", sign_in_code, name="sign-in-code"),
    path("sign-in/challenge/<slug:purpose>/", challenge, name="security-key-challenge"),
    path("sign-out/", SignOutView.as_view(), name="sign-out"),
    path("session/", session, name="session"),
    path("language/", language, name="language"),
    path("password/change/", ChangePasswordView.as_view(), name="password-change"),
    path("password/reset/", AskForPasswordView.as_view(), name="password-reset"),
    path("password/reset/sent/", PasswordMailSentView.as_view(), name="password-reset-sent"),
    path("password/reset/<uidb64>/<token>/", SetPasswordView.as_view(), name="password-set"),
    path("account/", account, name="account"),
    path("account/second-factors/", second_factors.second_factors, name="second-factors"),
    path("account/second-factors/app/", second_factors.add_app, name="second-factor-app"),
    path("account/second-factors/app/picture.svg", second_factors.picture, name="second-factor-picture"),
    path("account/second-factors/key/", second_factors.add_key, name="second-factor-key"),
    path(
        "account/second-factors/key/challenge/",
        second_factors.key_challenge,
        name="second-factor-key-challenge",
    ),
    path("account/second-factors/recovery-codes/", second_factors.recovery_codes, name="recovery-codes"),
    path("account/second-factors/<int:factor>/remove/", second_factors.remove, name="second-factor-remove"),
    path("account/sessions/end/", end_other_sessions, name="sessions-end"),
    path("account/sessions/<str:sign>/end/", end_session, name="session-end"),
    path("account/tokens/", create_token, name="token-create"),
    path("account/tokens/<str:key>/revoke/", revoke_token, name="token-revoke"),
    path("scheme/", scheme, name="scheme"),
    path("ledger/", ledger, name="ledger"),
    path("ledger/roots/", roots, name="ledger-roots"),
    path("webhooks/", webhooks.webhooks, name="webhooks"),
    path("webhooks/new/", webhooks.new, name="webhook-new"),
    path("webhooks/<int:number>/", webhooks.webhook, name="webhook"),
    path("accounts/", accounts, name="accounts"),
    path("accounts/add/", add_account, name="accounts-add"),
    path("accounts/<int:number>/", person, name="accounts-person"),
    path("accounts/<int:number>/roles/", give_role, name="accounts-role"),
    path("accounts/<int:number>/roles/<int:role>/end/", end_role, name="accounts-role-end"),
    path("accounts/<int:number>/close/", close_account, name="accounts-close"),
    path("accounts/<int:number>/reopen/", reopen_account, name="accounts-reopen"),
    path("accounts/<int:number>/password/", forget_password, name="accounts-password"),
    path("accounts/<int:number>/second-factor/", reset_second_factor, name="accounts-second-factor"),
]
