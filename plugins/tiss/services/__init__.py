"""The use cases, one function each; repository and client come as arguments."""
