"""Many runs: over the cores of this machine, and in a process of their own beside the screens."""
