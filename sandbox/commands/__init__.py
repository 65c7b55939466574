"""What each command does, one file each. `sandbox/cli.py` imports them only when asked for."""
