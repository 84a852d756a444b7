"""A lake on AWS: what reads it, and what cares for its delivery."""
