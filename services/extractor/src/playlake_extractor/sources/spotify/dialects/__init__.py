"""The dialects in which people saved Spotify's playlists, one module or more each.

A dialect reads files into snapshots that are landed as they are, under a kind of its own. Saved
responses of the Web API have the kind `playlist`, as fetched ones have.
"""
