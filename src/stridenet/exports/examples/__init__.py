"""Examples that lie beside exports."""
