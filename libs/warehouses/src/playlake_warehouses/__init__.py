"""Files for warehouses and reports, made from the schemas of the tables."""
