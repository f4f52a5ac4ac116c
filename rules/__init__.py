"""What is right: pure functions and frozen data. No await, no I/O (but for reading a plan), no clock of its own."""
