"""What many runs mean: stars and proofs."""
