"""The computations of a room: pure functions without clock, event loop or I/O."""
