"""Connections: what a client may send, how often, and how it is answered."""
