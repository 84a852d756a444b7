"""The public names of the extractor; the command imports no other module of it."""

from playlake_extractor.adapters.folder_stores import FolderRawStore, FolderStateStore
from playlake_extractor.adapters.s3_raw_store import S3RawStore
from playlake_extractor.adapters.s3_state_store import S3StateStore
from playlake_extractor.errors import (
    AuthorisationNeededError,
    BadRequestError,
    ConfigurationError,
    ForbiddenError,
    GarbledResponseError,
    GoneError,
    LandingFailedError,
    PlaylistError,
    RateLimitedError,
    SourceUnavailableError,
    StopError,
)
from playlake_extractor.logs import QUIET
from playlake_extractor.own_playlists import count_own_playlists
from playlake_extractor.ports import RawStore, StateStore
from playlake_extractor.run.playlist_selection import MINE
from playlake_extractor.run.pseudonyms import check_pseudonyms
from playlake_extractor.run.saved_snapshots import (
    SavedSnapshot,
    is_landed,
    land_saved,
    run_id_of,
)
from playlake_extractor.run.schedule import parse_interval
from playlake_extractor.run.state import still_closed
from playlake_extractor.run.state_store import load_state
from playlake_extractor.settings import Settings, parse_playlists, pseudonyms_of
from playlake_extractor.sources.dialects import NOT_GIVEN, GivenPlaylist
from playlake_extractor.sources.registry import SOURCES
from playlake_extractor.sources.saved_files import Judged, SavedFile, read_saved
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
from playlake_extractor.sources.spotify.oauth import (
    PRIVATE_PLAYLIST_SCOPES,
    PUBLIC_PLAYLIST_SCOPES,
    SCOPES,
    TOKEN_PATH,
    App,
    OAuthClient,
    Tokens,
    challenge,
    new_verifier,
    scopes_of_reading,
)
from playlake_extractor.sources.spotify.token_errors import DASHBOARD
from playlake_extractor.sources.spotify.writing import (
    Held,
    PlaylistWriter,
    open_writer,
)

__all__ = [
    "DASHBOARD",
    "IN_SECRETS_MANAGER",
    "MINE",
    "NOT_GIVEN",
    "PRIVATE_PLAYLIST_SCOPES",
    "PUBLIC_PLAYLIST_SCOPES",
    "QUIET",
    "SCOPES",
    "SOURCES",
    "TOKEN_PATH",
    "App",
    "AuthorisationNeededError",
    "BadRequestError",
    "ConfigurationError",
    "CredentialStore",
    "FileStore",
    "FolderRawStore",
    "FolderStateStore",
    "ForbiddenError",
    "GarbledResponseError",
    "GivenPlaylist",
    "GoneError",
    "Held",
    "Judged",
    "LandingFailedError",
    "OAuthClient",
    "PlaylistError",
    "PlaylistWriter",
    "RateLimitedError",
    "RawStore",
    "S3RawStore",
    "S3StateStore",
    "SavedFile",
    "SavedSnapshot",
    "Settings",
    "SourceUnavailableError",
    "StateStore",
    "StopError",
    "StoredCredentials",
    "Tokens",
    "challenge",
    "check_pseudonyms",
    "count_own_playlists",
    "days_left_to_warn_of",
    "is_landed",
    "land_saved",
    "load_state",
    "new_verifier",
    "open_store",
    "open_writer",
    "parse_interval",
    "parse_playlists",
    "pseudonyms_of",
    "read_saved",
    "rotated",
    "run_id_of",
    "scopes_of_reading",
    "still_closed",
]
