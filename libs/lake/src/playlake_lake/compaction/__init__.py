"""Compaction: closed days become one file a table and month, beside the files of parts.

`in_force` says which compacted files count; readers and the compaction itself follow it.
"""
