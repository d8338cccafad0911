"""Signing in and out."""

from django.contrib.auth.views import LoginView, LogoutView


class SignInView(LoginView):
    template_name = "trial/sign_in.html"
    redirect_authenticated_user = True


class SignOutView(LogoutView):
    http_method_names = ["post", "options"]
