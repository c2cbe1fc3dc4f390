"""Other servers, measured beside this one; each has an environment of its own."""
