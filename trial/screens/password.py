"""Changing a password, and setting a new one by e-mail. Both write through the one service."""

from collections.abc import Iterator
from typing import Any

from django.contrib import messages
from django.contrib.auth import forms as auth_forms
from django.contrib.auth import views as auth_views
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.urls import reverse_lazy
from django.utils.translation import gettext as _

from trial import lock_out
from trial.models import User
from trial.services import accounts


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


class AskForPasswordForm(auth_forms.PasswordResetForm):
    """Mails a link to everybody with the address, to those without a password yet as well."""

    def get_users(self, email: str) -> Iterator[User]:
        return User.objects.filter(email__iexact=email, is_active=True).iterator()


class LinkForm(AskForPasswordForm):
    """Mails a link to one person, whom somebody else has chosen."""

    def __init__(self, person: User) -> None:
        super().__init__({"email": person.email})
        self.person = person

    def get_users(self, email: str) -> Iterator[User]:
        return iter([self.person])


def send_link(request: HttpRequest, person: User) -> None:
    """Mail a person the link with which a password is set: nobody sets one for somebody else."""
    form = LinkForm(person)
    if form.is_valid():
        form.save(
            request=request,
            use_https=request.is_secure(),
            subject_template_name="trial/password_reset_subject.txt",
            email_template_name="trial/password_link_email.txt",
        )


class ChangePasswordView(auth_views.PasswordChangeView):
    template_name = "trial/password_change.html"
    form_class = ChangePasswordForm
    success_url = reverse_lazy("account")

    def form_valid(self, form: Any) -> HttpResponse:
        messages.success(self.request, _("Your password is changed. Your API tokens have ended."))
        return super().form_valid(form)


class AskForPasswordView(auth_views.PasswordResetView):
    template_name = "trial/password_reset.html"
    form_class = AskForPasswordForm
    subject_template_name = "trial/password_reset_subject.txt"
    email_template_name = "trial/password_reset_email.txt"
    success_url = reverse_lazy("password-reset-sent")


class PasswordMailSentView(auth_views.PasswordResetDoneView):
    template_name = "trial/password_reset_sent.html"


class SetPasswordView(auth_views.PasswordResetConfirmView):
    template_name = "trial/password_set.html"
    form_class = NewPasswordForm
    success_url = reverse_lazy("sign-in")

    def form_valid(self, form: Any) -> HttpResponse:
        messages.success(self.request, _("Your new password is set. Sign in with it."))
        return super().form_valid(form)
