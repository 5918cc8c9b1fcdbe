"""What the screens and the REST API read: pages of rows, and one row with all that is told of it.

Every list is paged by keyset: a page begins after a row, not after a number of rows, so that the
hundredth page costs what the first does and a row that comes meanwhile moves none.
"""
