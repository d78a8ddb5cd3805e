"""Files that `flowkit init` and `flowkit recipe` write."""
