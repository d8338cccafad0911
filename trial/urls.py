"""The screens of people and their accounts."""

from django.urls import path

from trial.screens.account import account, create_token, revoke_token
from trial.screens.accounts import accounts
from trial.screens.language import language
from trial.screens.password import (
    AskForPasswordView,
    ChangePasswordView,
    PasswordMailSentView,
    SetPasswordView,
)
from trial.screens.scheme import scheme
from trial.screens.session import SignInView, SignOutView

screens = [
    path("sign-in/", SignInView.as_view(), name="sign-in"),
    path("sign-out/", SignOutView.as_view(), name="sign-out"),
    path("language/", language, name="language"),
    path("password/change/", ChangePasswordView.as_view(), name="password-change"),
    path("password/reset/", AskForPasswordView.as_view(), name="password-reset"),
    path("password/reset/sent/", PasswordMailSentView.as_view(), name="password-reset-sent"),
    path("password/reset/<uidb64>/<token>/", SetPasswordView.as_view(), name="password-set"),
    path("account/", account, name="account"),
    path("account/tokens/", create_token, name="token-create"),
    path("account/tokens/<str:key>/revoke/", revoke_token, name="token-revoke"),
    path("scheme/", scheme, name="scheme"),
    path("accounts/", accounts, name="accounts"),
]
