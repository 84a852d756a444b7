"""Notices of runs on this machine: their settings, and how a run tells them."""
