"""`python -m analytics.mixed`: a mixed model fitted to a file. See docs/reference/command-line.md."""

import sys

from analytics.mixed.command.main import main

if __name__ == "__main__":
    sys.exit(main())
