"""What a trained model is: language, encoders, features, heads, and its folder on disk."""
