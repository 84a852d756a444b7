"""ListenBrainz as a source: playlists of recordings of MusicBrainz, in JSPF."""
