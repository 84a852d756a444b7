"""Adopts the committed files of a lake into Iceberg tables, without copying them.

The tables are in format version 2 and partitioned by day. A sync adds the files of each run in a
snapshot of its own, and takes out of the metadata what is no more committed. It never writes or
deletes a file of the lake: `docs/decisions/0040-iceberg-over-the-same-files.md` says why.
pyiceberg is optional, so only `playlake_iceberg.available` may be imported without it.
"""
