"""What is expected of each person next."""
