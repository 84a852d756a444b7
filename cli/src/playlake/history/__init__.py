"""What `show`, `diff` and `history` do: which playlist, which moment, and what is compared."""
