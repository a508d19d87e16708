"""The screens of the tablet, and the only place where Qt is known."""
