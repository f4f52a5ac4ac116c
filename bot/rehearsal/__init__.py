"""A house in virtual time: the real parts on a clock of ours, and a channel that keeps what it receives."""
