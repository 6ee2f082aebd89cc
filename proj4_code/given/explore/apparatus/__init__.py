"""What all experiments share: what they are, their data, rows that are saved, and what is written of them."""
