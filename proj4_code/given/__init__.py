"""Everything that is given: class table, synthetic scenes, data preparation, training, prediction, figures."""
