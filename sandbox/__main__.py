"""Lets `python -m sandbox` stand for the `sandbox` command."""

from sandbox.cli import main

if __name__ == "__main__":
    main()
