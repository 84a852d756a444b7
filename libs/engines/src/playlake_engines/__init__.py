"""Where a program runs: on this machine, or as tasks of Spark."""
