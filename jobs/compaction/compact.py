"""The script of the compaction for spark-submit and AWS Glue; `playlake_compaction` does the work.

    spark-submit --py-files playlake.zip compact.py --lake s3://BUCKET

docs/compaction.md says what else the executors need.
"""

from __future__ import annotations

import sys

from playlake_compaction.program import main

status = main(sys.argv[1:])
if status:  # Glue takes every SystemExit for a failure, also that of 0
    sys.exit(status)
