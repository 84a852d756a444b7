"""What holds data: buckets, queue, catalog, crawler, Athena and the Spotify secret."""
