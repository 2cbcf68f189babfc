"""What people follow, and how they are told what became of it."""
