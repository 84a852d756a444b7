"""What talks to the world: Spotify, S3, the clock."""
