"""What the extension does at its start: its objects, its database, its metrics."""
