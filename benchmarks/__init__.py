"""Measures the hub and other servers side by side.

``python -m benchmarks`` runs everything; ``docs/figures.md`` explains how.
"""
