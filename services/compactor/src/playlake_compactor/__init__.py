"""Compacts a lake on S3, and keeps its Iceberg tables up to date, once each time it is started."""
