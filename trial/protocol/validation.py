"""What a wrong declaration raises, when it is loaded and not when it is used."""


class ProtocolError(ValueError):
    """The declared protocol contradicts itself."""


def require(condition: bool, sentence: str) -> None:
    """Raise ProtocolError with the sentence unless the condition holds."""
    if not condition:
        raise ProtocolError(sentence)


def require_unique(codes: list[str], what: str) -> None:
    """Raise ProtocolError when a code stands twice."""
    twice = sorted({code for code in codes if codes.count(code) > 1})
    require(not twice, f"{what} declared twice: {', '.join(twice)}.")
