"""The published terminology, read from where it is: a pinned package and the installed XSDs."""

from tiss.terminologias.fontes import Fonte, abertas, fontes

__all__ = ["Fonte", "abertas", "fontes"]
