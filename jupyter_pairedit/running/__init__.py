"""Running code of rooms in kernels: one thread talks to each kernel."""
