"""SQL that both stores share, and how rows and values become one another."""
