"""Rooms as files, and the way from one store to another."""
