"""The made-up world that the sandbox serves: pure, and determined by the seed and the date."""
