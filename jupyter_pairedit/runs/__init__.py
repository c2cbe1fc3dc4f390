"""Running the code of rooms: who may, which text, by which kernel, and what came out."""
