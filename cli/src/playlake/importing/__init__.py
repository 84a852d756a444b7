"""Importing responses that others saved: read and checked whole, then landed as one run."""
