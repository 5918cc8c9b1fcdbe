"""The field's own notions: contratos, guias, lotes, answers, verdicts. Standard library only."""
