"""What one run means: cost, estimate, verdict and what happened."""
