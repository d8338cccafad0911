"""What every answer says to the browser beside its content. Django and django-csp say the rest."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase

# Nothing of the browser's devices is needed, by us or by anything that came into a page.
PERMISSIONS = ", ".join(
    f"{feature}=()"
    for feature in (
        *("accelerometer", "autoplay", "bluetooth", "browsing-topics", "camera", "display-capture"),
        *("encrypted-media", "fullscreen", "geolocation", "gyroscope", "hid", "magnetometer", "microphone"),
        *(
            "midi",
            "payment",
            "picture-in-picture",
            "screen-wake-lock",
            "serial",
            "usb",
            "xr-spatial-tracking",
        ),
    )
)
SAID = {
    "Permissions-Policy": PERMISSIONS,
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Robots-Tag": "noindex, nofollow, noarchive",
}
# What shows data is kept by nobody; files of ours, and images that are asked about anew, say so themselves.
UNKEPT = "private, no-store"


class HeadersMiddleware:
    """Stands before all others, so that their own answers (redirects, refusals, files) say it too."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        for name, value in SAID.items():
            response.headers.setdefault(name, value)
        response.headers.setdefault("Cache-Control", UNKEPT)
        return response
