"""What a person may see of a row: who may only read sees no patient."""

from __future__ import annotations

from dataclasses import replace

from tiss.repository.listas.consultas import ConsultaNaLista, ProblemaComum
from tiss.web.acesso import Pessoa


def da_consulta(linha: ConsultaNaLista, pessoa: Pessoa) -> ConsultaNaLista:
    """Return a row as a person may see it. What is wrong with it may quote a name."""
    if pessoa.opera:
        return linha
    problemas = [
        {nome: problema.get(nome) for nome in ("codigo", "caminho", "gravidade")}
        for problema in linha.problemas
    ]
    return replace(linha, numero_carteira=None, problemas=problemas)


def do_problema(comum: ProblemaComum, pessoa: Pessoa) -> ProblemaComum:
    """Return what many have wrong as a person may see it."""
    return comum if pessoa.opera else replace(comum, mensagem=None)
