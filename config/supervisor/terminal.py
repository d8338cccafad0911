"""What the person at the terminal reads. The terminal may be gone: that must not stop the stopping."""

import contextlib
import time
from collections.abc import Iterator


def say(sentence: str = "", *, end: str = "\n") -> None:
    with contextlib.suppress(OSError):
        print(sentence, end=end, flush=True)


@contextlib.contextmanager
def step(name: str) -> Iterator[None]:
    """A line for a step that takes a while, with its seconds when it is done."""
    say(f"  {name} ".ljust(34, "."), end=" ")
    began = time.monotonic()
    try:
        yield
    except BaseException:
        say("not done")
        raise
    say(f"{time.monotonic() - began:.1f} s")
