"""Hiding with a public reason."""
