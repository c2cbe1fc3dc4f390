"""Rooms: their logs, their readers, and the hub that opens them."""
