"""What was declared when a part was calculated, and its hash."""

import json
from hashlib import sha256
from typing import Any

from analytics import declared
from analytics.supplements.parts import FORMAT
from trial.protocol import STUDY
from trial.protocol.analyses import Analysis


def declaration(analysis: Analysis) -> dict[str, Any]:
    """Analysis and supplement as they are declared, in plain JSON types."""
    beside = STUDY.supplement(analysis.outcome)
    return {
        "format": FORMAT,
        "analysis": declared.as_json(analysis),
        "supplement": declared.as_json(beside) if beside else None,
    }


def spec_hash(spec: dict[str, Any]) -> str:
    """SHA-256 of a declaration, in hexadecimal."""
    return sha256(json.dumps(spec, sort_keys=True).encode()).hexdigest()
