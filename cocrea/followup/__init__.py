"""The public board: key actions, activities, evidence, progress and verification."""
