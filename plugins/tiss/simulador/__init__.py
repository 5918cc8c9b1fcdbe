"""A simulated operadora: one HTTP server that plays several, for demos, tests and rehearsals.

It shares no code with the builders and readers of the product, so that it catches their mistakes.
Start it with `python -m tiss.simulador`, or from Python with `tiss.simulador.processo.Simulador`.
"""
