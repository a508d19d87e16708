"""The entry form on screen: one page of parts that fold, one module for each part."""
