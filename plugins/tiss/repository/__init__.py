"""What PostgreSQL holds, through the statements of include/sql."""

from tiss.repository.conexao import Repositorio, Transacao

__all__ = ["Repositorio", "Transacao"]
