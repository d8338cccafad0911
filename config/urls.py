"""The addresses of the whole system; each app brings its own below."""

from django.urls import URLPattern, URLResolver, include, path, re_path
from drf_spectacular.views import SpectacularJSONAPIView

from analytics.api.urls import urlpatterns as analytics_api
from analytics.urls import screens as analytics_screens
from config.health import healthz
from forms_app.api.urls import urlpatterns as forms_api
from forms_app.urls import screens as forms_screens
from trial.api.documentation import documentation
from trial.api.unknown import UnknownAddressView
from trial.api.urls import urlpatterns as trial_api
from trial.screens.unknown import unknown
from trial.urls import screens as trial_screens

api = [
    path("schema/", SpectacularJSONAPIView.as_view(), name="api-schema"),
    path("docs/", documentation, name="api-docs"),
    *trial_api,
    *forms_api,
    *analytics_api,
]

urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", healthz, name="healthz"),
    path("api/v1/", include(api)),
    re_path(r"^api/", UnknownAddressView.as_view(), name="api-unknown"),
    path("", include([*trial_screens, *forms_screens, *analytics_screens])),
    # With the slash, so that an address that lacks one is still led on.
    re_path(r"^.+/$", unknown, name="unknown"),
]
