"""Rules and values of neighbourhood engagement: no screen, disk, network, clock or chance."""
