"""What was answered is there after the server or PostgreSQL was killed."""
