"""What one unit puts to others: begun, moved on, looked at."""
