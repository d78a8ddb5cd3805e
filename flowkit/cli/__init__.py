"""The `flowkit` command: its subcommands, output and exit codes."""
