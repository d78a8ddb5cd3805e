"""
A module that ends Python when it is imported.
"""

import sys

sys.exit("not installed")
