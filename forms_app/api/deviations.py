from datetime import date
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from forms_app.selectors import deviations as selector
from forms_app.selectors.deviations import Proposal
from trial.api.endpoint import Endpoint
from trial.api.paging import PAGING, page_among, page_serializer
from trial.api.users import user_of
from trial.crf.codelists import DEVIATION
from trial.selectors import participants


class ProposalSerializer(serializers.Serializer[Any]):
    """What the system takes for a deviation. To judge it, save an entry of the log `deviation` with its
    `dvorig` “SYSTEM” and its `dvlink`."""

    dvlink = serializers.CharField()
    dvdecod = serializers.ChoiceField(choices=DEVIATION.terms)
    sentence = serializers.CharField()
    date = serializers.DateField(allow_null=True)


class DeviationsView(Endpoint):
    """The deviations that the system proposes and nobody has judged yet."""

    @extend_schema(parameters=PAGING, responses=page_serializer(ProposalSerializer))
    def get(self, request: Request, code: str) -> Response:
        participant = participants.get(user_of(request), code)
        return page_among(request, selector.proposed(participant), _place).answer(_plain)


def _place(proposal: Proposal) -> tuple[date, str]:
    return proposal.day or date.min, proposal.link


def _plain(proposal: Proposal) -> dict[str, Any]:
    return {
        "dvlink": proposal.link,
        "dvdecod": proposal.kind,
        "sentence": str(proposal.words),
        "date": proposal.day,
    }
