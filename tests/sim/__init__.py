"""One seed, one history: the product's own engine, stores and centre under every kind of fault."""
