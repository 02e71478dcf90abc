"""ACD: who waits, who is asked, who accepts."""
