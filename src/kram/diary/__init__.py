"""A person's cramp diary, trials of one, and what they tell."""
