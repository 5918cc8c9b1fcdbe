"""The product on one machine, with everything it talks to: what `make demo` and the tests start."""
