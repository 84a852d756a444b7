"""The dialects in which people saved ListenBrainz's playlists.

Saved responses have the kind `playlist`, as fetched ones have; other files have kinds of their own.
"""
