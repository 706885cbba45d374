"""Measurements: each module is a command and says what it measures."""
