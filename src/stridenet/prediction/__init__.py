"""New recordings answered by a model file: read, fitted to it, answered, written, and scored where they have labels."""
