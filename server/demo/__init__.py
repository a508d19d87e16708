"""The demo force: invented officers and a year of invented work in real neighbourhoods."""
