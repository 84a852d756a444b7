"""Requests to the APIs of sources: paced, counted, retried, bounded, and kept byte for byte."""
