"""Transforms many raw objects at once: in processes of one machine, or on Spark."""
