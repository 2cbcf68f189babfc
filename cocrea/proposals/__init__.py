"""Proposals, their versions and the reasoned answers of institutions."""
