"""The world: processes, channels, pages."""
