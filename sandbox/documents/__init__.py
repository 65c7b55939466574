"""What people write: levels, designs, the catalogue, cards; their units, loading and errors."""
