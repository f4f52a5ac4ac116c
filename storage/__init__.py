"""What is kept: all SQL, and the sealing of what must not be read from the disk."""
