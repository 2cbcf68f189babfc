"""People, organisations, sectors, sign-in, sessions and roles."""
