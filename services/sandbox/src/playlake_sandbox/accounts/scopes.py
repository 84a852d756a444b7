"""Scopes: what an app may ask a user for, and what reading playlists takes."""

READ_PRIVATE = "playlist-read-private"
READ_COLLABORATIVE = "playlist-read-collaborative"
PLAYLIST_SCOPE = f"{READ_PRIVATE} {READ_COLLABORATIVE}"

# https://developer.spotify.com/documentation/web-api/concepts/scopes
SCOPES = frozenset(
    {
        "app-remote-control",
        "playlist-modify-private",
        "playlist-modify-public",
        READ_COLLABORATIVE,
        READ_PRIVATE,
        "streaming",
        "ugc-image-upload",
        "user-follow-modify",
        "user-follow-read",
        "user-library-modify",
        "user-library-read",
        "user-modify-playback-state",
        "user-personalized",
        "user-read-currently-playing",
        "user-read-email",
        "user-read-playback-position",
        "user-read-playback-state",
        "user-read-private",
        "user-read-recently-played",
        "user-top-read",
    }
)
