"""Changing a password, and setting a new one by e-mail. Both write through the one service."""

from typing import Any

from django.contrib import messages
from django.contrib.auth import forms as auth_forms
from django.contrib.auth import views as auth_views
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.urls import reverse_lazy
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.generic import FormView

from trial import lock_out
from trial.client_address import client_address
from trial.models import User
from trial.services import accounts, links
from trial.tasks import ask_for_links


class NewPasswordForm(auth_forms.SetPasswordForm):  # type: ignore[type-arg]
    """A new password, written in the name of the person, so that the audit knows who."""

    def save(self, commit: bool = True) -> User:
        person: User = self.user
        accounts.change_password(user=person, password=self.cleaned_data["new_password1"])
        return person


class ChangePasswordForm(NewPasswordForm, auth_forms.PasswordChangeForm):
    """The same, after the old password. A wrong one counts towards the lock-out."""

    def clean_old_password(self) -> str:
        lock_out.check(self.user.username)
        try:
            return super().clean_old_password()
        except ValidationError:
            lock_out.count(self.user.username)
            raise


def send_link(request: HttpRequest, person: User) -> bool:
    """Mail a person the link with which a password is set, after the commit of what it is sent for: nobody
    sets one for somebody else. False where it could not be sent."""
    return _ask_for_links(request, [person.pk], links.GIVEN)


def _ask_for_links(request: HttpRequest, users: list[int], mail: str) -> bool:
    return ask_for_links(users, mail, f"{request.scheme}://{request.get_host()}", get_language())


class ChangePasswordView(auth_views.PasswordChangeView):
    template_name = "trial/password_change.html"
    form_class = ChangePasswordForm
    success_url = reverse_lazy("account")

    def form_valid(self, form: Any) -> HttpResponse:
        messages.success(self.request, _("Your password is changed. Your API tokens have ended."))
        return super().form_valid(form)


class AskForPasswordView(FormView):  # type: ignore[type-arg]
    """Answers alike and as fast whether the address has an account or not."""

    template_name = "trial/password_reset.html"
    form_class = auth_forms.PasswordResetForm
    success_url = reverse_lazy("password-reset-sent")

    def form_valid(self, form: Any) -> HttpResponse:
        client = client_address(self.request) or ""
        users = links.asked(email=form.cleaned_data["email"], client=client)
        _ask_for_links(self.request, users, links.ASKED)
        return super().form_valid(form)


class PasswordMailSentView(auth_views.PasswordResetDoneView):
    template_name = "trial/password_reset_sent.html"


class SetPasswordView(auth_views.PasswordResetConfirmView):
    template_name = "trial/password_set.html"
    form_class = NewPasswordForm
    success_url = reverse_lazy("sign-in")

    def form_valid(self, form: Any) -> HttpResponse:
        messages.success(self.request, _("Your new password is set. Sign in with it."))
        return super().form_valid(form)
