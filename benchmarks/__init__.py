"""Measures this hub side by side with what it is to be compared with.

``python -m benchmarks`` runs everything; ``docs/figures.md`` says what and how.
"""
