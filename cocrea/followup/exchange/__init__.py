"""Commitments and their roadmaps as they travel between plans and spreadsheets. docs/exchange.md has the format."""
