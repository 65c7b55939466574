"""The screens, one module each; they post messages and never call each other."""
