"""Lakes: where they are, and how commands read and write them. A lake is in a folder or on AWS."""
