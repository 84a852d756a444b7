"""snapshot_id: opaque, and the same as long as the playlist is."""

from base64 import b64encode
from hashlib import blake2b

from playlake_sandbox.world.history import Contents
from playlake_sandbox.world.library import Playlist

_HASH_BYTES = 20


def snapshot_id(playlist: Playlist, contents: Contents) -> str:
    """Returns the id of a state of a playlist, in either of the forms that Spotify has used."""
    revision = contents.revision + 2
    edits = f"+{contents.edits}" if contents.edits else ""
    name = f"{playlist.id}/{revision}{edits}".encode()
    state = blake2b(name, digest_size=_HASH_BYTES)
    classic = f"{revision},{state.hexdigest()}".encode()
    modern = revision.to_bytes(4, "big") + state.digest()
    return b64encode(modern if playlist.number % 3 else classic).decode()
