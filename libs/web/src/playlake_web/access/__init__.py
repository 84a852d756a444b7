"""Who may see and do what: tokens for programs, sessions for browsers."""
