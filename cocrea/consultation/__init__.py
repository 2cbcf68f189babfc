"""What hurts: topics, problems and supports."""
