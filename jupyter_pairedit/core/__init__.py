"""What a room computes: values in, values out; no clock, no loop, no database."""
