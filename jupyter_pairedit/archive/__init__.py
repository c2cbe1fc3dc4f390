"""Export and import of rooms as files."""
