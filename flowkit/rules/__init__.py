"""
What is wrong with one call: its arguments, its id, its options, and what its function returns.
"""
