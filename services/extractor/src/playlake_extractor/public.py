"""The public names of the extractor; the command imports no other module of it."""

from playlake_extractor.adapters.folder_stores import FolderRawStore, FolderStateStore
from playlake_extractor.adapters.s3_raw_store import S3RawStore
from playlake_extractor.adapters.s3_state_store import S3StateStore
from playlake_extractor.errors import ConfigurationError, LandingFailedError, StopError
from playlake_extractor.logs import QUIET
from playlake_extractor.ports import RawStore, StateStore
from playlake_extractor.run.playlist_selection import MINE
from playlake_extractor.run.saved_snapshots import (
    SavedFileError,
    SavedSnapshot,
    is_landed,
    land_saved,
    run_id_of,
)
from playlake_extractor.run.schedule import parse_interval
from playlake_extractor.run.state import still_closed
from playlake_extractor.run.state_store import load_state
from playlake_extractor.settings import Settings, parse_playlists
from playlake_extractor.sources.spotify.credential_stores import (
    IN_SECRETS_MANAGER,
    CredentialStore,
    FileStore,
    open_store,
)
from playlake_extractor.sources.spotify.credentials import (
    StoredCredentials,
    days_left_to_warn_of,
    rotated,
)
from playlake_extractor.sources.spotify.dialects.saved_files import read_saved
from playlake_extractor.sources.spotify.oauth import (
    SCOPES,
    TOKEN_PATH,
    App,
    OAuthClient,
    Tokens,
    challenge,
    new_verifier,
)
from playlake_extractor.sources.spotify.token_errors import DASHBOARD

__all__ = [
    "DASHBOARD",
    "IN_SECRETS_MANAGER",
    "MINE",
    "QUIET",
    "SCOPES",
    "TOKEN_PATH",
    "App",
    "ConfigurationError",
    "CredentialStore",
    "FileStore",
    "FolderRawStore",
    "FolderStateStore",
    "LandingFailedError",
    "OAuthClient",
    "RawStore",
    "S3RawStore",
    "S3StateStore",
    "SavedFileError",
    "SavedSnapshot",
    "Settings",
    "StateStore",
    "StopError",
    "StoredCredentials",
    "Tokens",
    "challenge",
    "days_left_to_warn_of",
    "is_landed",
    "land_saved",
    "load_state",
    "new_verifier",
    "open_store",
    "parse_interval",
    "parse_playlists",
    "read_saved",
    "rotated",
    "run_id_of",
    "still_closed",
]
