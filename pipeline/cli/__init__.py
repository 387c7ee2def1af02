"""The command line: `recordroom COMMAND`, a module a command (spec/commands.md)."""
