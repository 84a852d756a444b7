"""A Power BI project over a lake, as text: a semantic model in TMDL, and a small report in PBIR.

It is generated from the schemas of the tables; equal schemas and parameters give equal files.
"""

from playlake_warehouses.powerbi.parameters import AthenaDatabase, LakeFolder, Place
from playlake_warehouses.powerbi.project import PROJECT_FILE, project_files, write_project

__all__ = [
    "PROJECT_FILE",
    "AthenaDatabase",
    "LakeFolder",
    "Place",
    "project_files",
    "write_project",
]
