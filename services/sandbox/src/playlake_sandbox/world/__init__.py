"""The made-up world behind the sandbox: pure, and a function of the seed and the date alone."""
