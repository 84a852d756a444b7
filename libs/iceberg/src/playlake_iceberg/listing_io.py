"""pyiceberg's files on S3, for a role that may list some prefixes only.

To such a role S3 answers 403 and not 404 for an object that is not there, so a list says it.
"""

from __future__ import annotations

from typing import Final

from pyarrow.fs import FileSelector
from pyiceberg.io.pyarrow import PyArrowFile, PyArrowFileIO

# pyarrow gives S3's answer in words alone.
_DENIED: Final = "ACCESS_DENIED"


class ListingFileIO(PyArrowFileIO):
    """Files of which a list says whether they are there, if asking for them is forbidden."""

    def new_output(self, location: str) -> PyArrowFile:
        """A file that may be written."""
        scheme, netloc, path = self.parse_location(location, self.properties)
        return _ListedFile(location=location, path=path, fs=self.fs_by_scheme(scheme, netloc))


class _ListedFile(PyArrowFile):
    """A file to be written."""

    def exists(self) -> bool:
        """Whether it is there."""
        try:
            return super().exists()
        except OSError as error:
            if not isinstance(error, PermissionError) and _DENIED not in str(error):
                raise
            folder = self._path.rpartition("/")[0]
            beside = self._filesystem.get_file_info(FileSelector(folder, allow_not_found=True))
            return self._path in {each.path for each in beside}
