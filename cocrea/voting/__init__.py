"""Contests, electorates, secret ballots, counting, receipts and verification."""
