"""What the command prints: tables for people, and the same tables for programs."""
