"""The operations of a store, written once, without I/O.

``operation`` defines what an operation yields. ``sqlite/store.py`` and
``postgres/driver.py`` run operations on a database.
"""
