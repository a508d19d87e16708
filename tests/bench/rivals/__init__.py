"""Other systems over the same entries; each program runs in what was installed for it."""
