"""The script of the backfill for spark-submit and AWS Glue; `playlake_backfill` does the work.

    spark-submit --py-files playlake-VERSION-py3-none-any.whl backfill.py --lake s3://BUCKET

docs/backfill.md says what else the executors need.
"""

from __future__ import annotations

import sys

from playlake_backfill.program import main

status = main(["--engine=spark", *sys.argv[1:]])
if status:  # Glue takes every SystemExit for a failure, also that of 0
    sys.exit(status)
