"""Conversations in which the citizens speak."""
