"""The sources that a run can read playlists from, one package each."""
