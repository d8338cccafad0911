"""The machine's verdict beside the clinician's answer, in words and signs."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from forms_app.selectors.evidence import Evidence
from trial.crf.codelists import YES_NO


@dataclass(frozen=True)
class EvidenceView:
    """`verdict` in words, the evidence, and whether the recorded answer contradicts it."""

    verdict: str
    said: str
    contradicts: bool


def views(found: Mapping[str, Evidence]) -> dict[str, EvidenceView]:
    """The evidence of a page, by the path of the item beside which it stands."""
    return {item: _view(evidence) for item, evidence in found.items()}


def _view(evidence: Evidence) -> EvidenceView:
    verdict = evidence.judgement.verdict
    words = _("Cannot be confirmed") if verdict is None else _(YES_NO.label(verdict))
    return EvidenceView(words, str(evidence.judgement.said), evidence.contradicts)
