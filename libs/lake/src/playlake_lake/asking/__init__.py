"""Questions that people ask about a history: which playlist, which moment, what changed."""
