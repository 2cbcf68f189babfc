"""Commitment drafts, sign-off and the action plan."""
