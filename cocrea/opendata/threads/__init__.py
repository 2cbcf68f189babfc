"""The thread of anything that is co-created: where it comes from and what became of it."""
