"""What a network is compared with: hand-made features and scikit-learn estimators, without Keras."""
