"""Real-looking master forms, filled and scanned records with their truth, and what makes them."""
