"""Programs as participants of a room: ``connect`` and ``aconnect``."""
