from rest_framework.request import Request

from trial.api.endpoint import Endpoint
from trial.refusals import Refusal


class UnknownAddressView(Endpoint):
    """Whatever else is asked below /api/: a problem in JSON, not a page."""

    schema = None

    def initial(self, request: Request, *args: object, **kwargs: object) -> None:
        super().initial(request, *args, **kwargs)
        raise Refusal("not_found")
