"""Cycles, their stages, the methodologies they are made from, and stage reports."""
