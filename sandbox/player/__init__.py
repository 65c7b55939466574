"""What one person did: changes to a design and their history, saves, progress, preferences."""
