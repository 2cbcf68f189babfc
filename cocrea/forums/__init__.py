"""Spaces (country, state, municipality) and the multi-stakeholder forums that steer their cycles."""
