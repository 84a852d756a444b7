"""The pages: each is a template, and what it shows."""
