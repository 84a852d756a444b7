"""Sessions of requests."""

from __future__ import annotations

import requests


def open_session(url: str) -> requests.Session:
    """A session for a URL that reads proxies and certificates from the environment once.

    A session of requests does so for every request, and takes the place of the access token by
    what ~/.netrc has for the host.
    """
    session = requests.Session()
    found = session.merge_environment_settings(url, {}, None, None, None)
    session.proxies, session.verify = found["proxies"], found["verify"]
    session.trust_env = False
    return session
