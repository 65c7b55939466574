"""System Design Sandbox: a terminal game that teaches backend system design."""

__version__ = "0.1.0"
