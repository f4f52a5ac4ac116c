"""Conversations of the units that a lead was handed to."""
