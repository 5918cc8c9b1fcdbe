"""One conversation with one operadora."""
