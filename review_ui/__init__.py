"""What does a person see? Every decision is one call into pipeline."""
