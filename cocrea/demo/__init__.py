"""The demonstration: real facts with their sources, invented participation."""
