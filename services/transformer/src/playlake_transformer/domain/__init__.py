"""The transformation: pure functions from raw bytes to Parquet bytes."""
