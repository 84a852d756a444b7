"""The transformation itself: pure functions from raw bytes to Parquet bytes."""
