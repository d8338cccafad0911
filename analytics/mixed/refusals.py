"""What the package raises. The message is a sentence for the reader and says what to do."""


class InputRefused(ValueError):
    """The data or the specification cannot be used as given; nothing was changed."""


class NotEstimable(Exception):
    """The data are sound, but this model cannot be estimated from them."""
