"""`python -m playlake_compaction` compacts a lake on Spark; so does the script `compact.py`."""

import sys

# A worker of Spark can import this module by another name, and needs nothing of the program.
if __name__ == "__main__":
    from playlake_compaction.program import main

    sys.exit(main(sys.argv[1:]))
