"""All that is YouTube's: its responses, its key, its requests and its errors."""
