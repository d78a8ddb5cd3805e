"""
The user's files: finds, loads and checks them, in several processes.
"""
