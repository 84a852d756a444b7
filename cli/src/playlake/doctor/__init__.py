"""What is well and what is not, one finding a thing, each with what to do about it."""
