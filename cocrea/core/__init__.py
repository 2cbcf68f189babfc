"""What every domain stands on and that knows no domain."""
