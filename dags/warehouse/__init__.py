"""
A small warehouse: JSON files come in, checked and cleaned rows stand in a SQLite database.

Plain functions that know nothing of pipelines: they can be called, tested and typed as any others.
"""
