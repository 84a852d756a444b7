"""Compacts a lake on S3: closed days become one file a table and month."""
