"""What people contribute, in general (text, author, channel, visibility, supports), and comments on any of it."""
