"""What Recordroom costs, beside what else a user could run. Not installed."""
