"""Judges the record against the rules of contracts/."""
