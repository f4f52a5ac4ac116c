"""What is said: conversations as data (a Form each) and what a finished one does."""
