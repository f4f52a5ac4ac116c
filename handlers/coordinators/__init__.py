"""Conversations in which the coordinators speak."""
