"""The centre: takes what tablets send, decides, keeps every revision and answers for the force."""
