"""Adopts the committed files of a lake into Iceberg tables, without copying them."""
