"""What screens do, without a screen: QtCore objects that ask services and tell views."""
