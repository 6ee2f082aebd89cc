"""The Colab notebook: data, training, scores and results of one run, with copies on Drive."""
