"""
Stubs of operator modules, so that editors and type checkers know all arguments: source → `.pyi`.
"""
