"""Trains the reading model again, from question files that the user names."""
