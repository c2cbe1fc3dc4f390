"""Guests: who is let in by a link, and the invites behind the links."""
