"""The thread of a commitment and public downloads."""
