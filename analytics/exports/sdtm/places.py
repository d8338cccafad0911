"""Levels and sides of the back as CDISC names them."""

# The codelist LOC (C74456) names the space of two vertebrae; the others are extensions in its manner.
LEVELS = {
    "T12-L1": "T12-L1 INTERVERTEBRAL SPACE",
    "L1-2": "L1-L2 INTERVERTEBRAL SPACE",
    "L2-3": "L2-L3 INTERVERTEBRAL SPACE",
    "L3-4": "L3-L4 INTERVERTEBRAL SPACE",
    "L4-5": "L4-L5 INTERVERTEBRAL SPACE",
    "L5-S1": "L5-S1 INTERVERTEBRAL SPACE",
}
LUMBAR_SPINE, FASCIA = "LUMBAR SPINE", "FASCIA"


def level(code: str | None) -> str | None:
    return LEVELS[code] if code else None
