"""`python -m playlake_backfill` runs a backfill; the script `backfill.py` is the same on Spark."""

import sys

# A transforming process imports this module by another name, and needs nothing of the program.
if __name__ == "__main__":
    from playlake_backfill.program import main

    sys.exit(main(sys.argv[1:]))
