"""Running the code of rooms: who may, which text, in which kernel, and the outputs."""
