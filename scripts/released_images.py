"""Prints the file of a release that names its images by digest, which `make deploy` reads.

Usage: `OWNER=… TAG=v… released_images.py`, with a digest of each image in
`COMPACTOR_DIGEST`, `EXTRACTOR_DIGEST` and `TRANSFORMER_DIGEST`: `sha256:…`.
"""

from __future__ import annotations

import json
import os
import re
import sys

from playlake_contracts.version import VERSION

SERVICES = ("compactor", "extractor", "transformer")
DIGEST = re.compile(r"sha256:[0-9a-f]{64}")


def main() -> int:
    """Print the file; the exit status is 1 if the tag or a digest is not that of a release."""
    if os.environ["TAG"] != f"v{VERSION}":
        sys.stderr.write(f"the tag is {os.environ['TAG']}, but the version is {VERSION}\n")
        return 1
    digests = {service: os.environ[f"{service.upper()}_DIGEST"] for service in SERVICES}
    if unknown := [service for service in SERVICES if not DIGEST.fullmatch(digests[service])]:
        sys.stderr.write(f"there is no digest of {' and '.join(unknown)}\n")
        return 1
    # GHCR accepts only lower-case names.
    registry = f"ghcr.io/{os.environ['OWNER'].lower()}"
    images = {name: f"{registry}/playlake-{name}@{digest}" for name, digest in digests.items()}
    print(json.dumps({"version": VERSION, "images": images}, indent=2))
    return 0


if __name__ == "__main__":
    sys.exit(main())
