"""LiteRT and Core ML, which need TensorFlow and so an environment of their own."""
