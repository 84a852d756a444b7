"""Snapshots Spotify playlists and lands the raw responses in S3."""
