"""`python -m analytics.mixed`: a mixed model fitted to a file. See docs/reference/command-line.md."""

import io
import os
import sys

from analytics.mixed.command.main import main


def run() -> int:
    """The exit code. A terminal without our characters, or a reader who has seen enough, is no failure."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")
    try:
        code = main()
        sys.stdout.flush()
    except BrokenPipeError:
        # else the interpreter would complain once more when it closes the output
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    return code


if __name__ == "__main__":
    sys.exit(run())
