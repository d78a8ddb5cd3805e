"""
What source text says: the names in a user's files, and the classes of operators, without importing anything.
"""
