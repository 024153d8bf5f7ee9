"""The only room that knows JAX, and that picks Keras' backend."""
