"""The board: drawn without Textual, shown by one widget."""
