"""What networks for classification cost, counted without weights, and compared with what the lectures say."""
