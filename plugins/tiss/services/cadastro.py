"""Contratos in files under version control, and in the database: brought in, taken out, checked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from typing import Any

from tiss import esquemas
from tiss.domain.cadastro import RASCUNHO, Contrato
from tiss.domain.conferencia import faltas
from tiss.domain.fichas import CONTRATO, OPERADORA, PRESTADOR, Ficha, Leitura, Tabela, ler
from tiss.errors import ConfigError, UnreadableError
from tiss.repository import Repositorio, Transacao, cadastro, contratos
from tiss.services.arquivo_de_cadastro import abrir, compor

_DO_CONTRATO = {campo.name for campo in fields(Contrato)}
_NUMEROS = ("proximo_numero_lote", "proximo_numero_guia")
Linha = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Mudanca:
    """What a file makes of a prestador, an operadora or a contrato.

    nova: it was not there. campos: the keys whose value changes; of a new one, none.
    """

    ficha: Ficha
    nova: bool
    campos: tuple[str, ...] = ()

    def __str__(self) -> str:
        if self.nova:
            estado = "novo"
        else:
            estado = f"alterado: {', '.join(self.campos)}" if self.campos else "igual"
        return f"{self.ficha.nome}: {estado}"


def importar(
    repo: Repositorio, arquivos: Mapping[str, bytes], *, simular: bool = False
) -> list[Mudanca]:
    """Make the database what some files say, all of them or nothing; return what that changes.

    arquivos: name -> content. simular: store nothing. What no file names stays as it is. Raises
    ConfigError with every problem of every file.
    """
    with repo.transacao() as t:
        if not simular:
            cadastro.travar(t)
        acerto = _Acerto(t, _ler(arquivos))
        if acerto.problemas:
            raise ConfigError(
                f"nada foi gravado; corrija {len(acerto.problemas)} "
                f"{'problema' if len(acerto.problemas) == 1 else 'problemas'}:\n"
                + "\n".join(f"  {problema}" for problema in acerto.problemas)
            )
        if not simular:
            acerto.gravar()
    return acerto.mudancas


def exportar(repo: Repositorio, operadoras: Sequence[str] = ()) -> str:
    """Return the file that describes the contratos of some operadoras; of all when none is named.

    Raises ConfigError for an operadora that is not registered.
    """
    with repo.transacao() as t:
        existem = cadastro.operadoras(t)
        prestadores = cadastro.prestadores(t)
        escolhidos = cadastro.contratos(t, operadoras)
    estranhas = sorted(set(operadoras) - {linha["registro_ans"] for linha in existem})
    if estranhas:
        raise ConfigError(f"Não há operadora cadastrada com o registro {', '.join(estranhas)}.")
    clinicas = {linha["clinica_id"] for linha in escolhidos}
    return compor(
        [
            *((PRESTADOR, p) for p in prestadores if not operadoras or p["clinica_id"] in clinicas),
            *((OPERADORA, o) for o in existem if not operadoras or o["registro_ans"] in operadoras),
            *((CONTRATO, c) for c in escolhidos),
        ]
    )


def conferir(repo: Repositorio) -> list[tuple[Contrato, list[str]]]:
    """Return every contrato with all that it lacks, the schemas of its version included."""
    with repo.transacao() as t:
        todos = contratos.listar(t)
    return [(contrato, [*faltas(contrato), *_versao(contrato.versao_tiss)]) for contrato in todos]


def _versao(versao: str) -> list[str]:
    try:
        esquemas.pasta(versao)
    except ConfigError as erro:
        return [f"versao_tiss: {erro}"]
    return []


def _ler(arquivos: Mapping[str, bytes]) -> Leitura:
    abertos = {}
    fechados = []
    for nome, conteudo in arquivos.items():
        try:
            abertos[nome] = abrir(conteudo)
        except UnreadableError as erro:
            fechados.append(f"{nome}: {erro}")
    leitura = ler(abertos)
    leitura.problemas[:0] = fechados
    return leitura


class _Acerto:
    """What the files say beside what the database holds, inside one transaction."""

    def __init__(self, t: Transacao, leitura: Leitura) -> None:
        self._t = t
        self._leitura = leitura
        self.problemas = list(leitura.problemas)
        self._guardados = {
            PRESTADOR: _por_chave(PRESTADOR, cadastro.prestadores(t)),
            OPERADORA: _por_chave(OPERADORA, cadastro.operadoras(t)),
            CONTRATO: _por_chave(CONTRATO, cadastro.contratos(t)),
        }
        for ficha in leitura.da(CONTRATO).values():
            self.problemas += [f"{ficha.onde}: {queixa}" for queixa in self._queixas(ficha)]
        self.mudancas = [self._mudanca(ficha) for ficha in leitura.fichas]

    def gravar(self) -> None:
        """Store what is new or changed: a contrato after all that it refers to."""
        mudancas = [mudanca for mudanca in self.mudancas if mudanca.nova or mudanca.campos]
        for tabela, gravar in (
            (PRESTADOR, cadastro.gravar_prestador),
            (OPERADORA, cadastro.gravar_operadora),
            (CONTRATO, self._gravar_contrato),
        ):
            for mudanca in mudancas:
                if mudanca.ficha.tabela is tabela:
                    gravar(self._t, self._linha(mudanca.ficha))

    def _gravar_contrato(self, t: Transacao, linha: Linha) -> None:
        for conexao in filter(None, (linha["credencial"], linha["assinatura"])):
            cadastro.cadastrar_credencial(t, conexao)
        if "id" in linha:
            cadastro.alterar_contrato(t, linha["id"], linha)
        else:
            cadastro.inserir_contrato(t, linha)

    def _guardada(self, ficha: Ficha) -> Linha | None:
        return self._guardados[ficha.tabela].get(ficha.chave)

    def _linha(self, ficha: Ficha) -> Linha:
        """The row as it will be."""
        return {**(self._guardada(ficha) or {}), **ficha.colunas}

    def _mudanca(self, ficha: Ficha) -> Mudanca:
        antes = self._guardada(ficha)
        if antes is None:
            return Mudanca(ficha=ficha, nova=True)
        depois = self._linha(ficha)
        campos = (c for c in ficha.tabela.campos if depois[c.coluna] != antes[c.coluna])
        return Mudanca(ficha=ficha, nova=False, campos=tuple(campo.chave for campo in campos))

    def _queixas(self, ficha: Ficha) -> list[str]:
        """What is wrong with a contrato beyond each of its keys."""
        antes = self._guardada(ficha)
        queixas = sem_inicio(ficha.colunas) if antes is None else recuos(ficha.colunas, antes)
        if ficha.colunas["versao_tiss"] not in esquemas.versoes():
            queixas.append(
                f"versao_tiss: não é uma das que se montam; existem {', '.join(esquemas.versoes())}"
            )
        prestador = self._referida(PRESTADOR, ficha, queixas)
        operadora = self._referida(OPERADORA, ficha, queixas)
        if prestador is not None and operadora is not None and not queixas:
            queixas += faltas(compor_contrato(self._linha(ficha), prestador, operadora))
        return queixas

    def _referida(self, tabela: Tabela, ficha: Ficha, queixas: list[str]) -> Linha | None:
        chave = tuple(ficha.colunas[coluna] for coluna in tabela.chave)
        achada = self._leitura.da(tabela).get(chave)
        if achada is not None:
            return achada.colunas
        # One that is there with problems of its own was told already.
        if (
            chave not in self._guardados[tabela]
            and (tabela.nome, chave) not in self._leitura.tortas
        ):
            queixas.append(
                f"{tabela.nome}: {chave[0]} não está nos arquivos nem no banco; ponha um "
                f"[[{tabela.nome}]]"
            )
        return self._guardados[tabela].get(chave)


def _por_chave(tabela: Tabela, linhas: Sequence[Linha]) -> dict[tuple[object, ...], Linha]:
    return {tuple(linha[coluna] for coluna in tabela.chave): linha for linha in linhas}


def compor_contrato(linha: Linha, prestador: Linha, operadora: Linha) -> Contrato:
    """Return what rows of the three tables say; one that has no row yet is a RASCUNHO."""
    campos: dict[str, Any] = {"id": RASCUNHO, "versao": 1} | {
        nome: valor for nome, valor in linha.items() if nome in _DO_CONTRATO
    }
    return Contrato(
        nome_prestador=prestador["nome"],
        cnpj=prestador["cnpj"],
        cpf=prestador["cpf"],
        cnes=prestador["cnes"],
        nome_operadora=operadora["nome"],
        **campos,
    )


def sem_inicio(colunas: Linha) -> list[str]:
    """Return what a new contrato cannot begin without."""
    return [
        f"{campo.chave}: falta, e um contrato novo não começa sem ele"
        for campo in CONTRATO.campos
        if campo.de_inicio and campo.coluna not in colunas
    ]


def recuos(colunas: Linha, antes: Linha) -> list[str]:
    """Return what would bill again what was billed."""
    queixas = [
        f"{coluna}: {colunas[coluna]} é menor que o do banco ({antes[coluna]}): os números "
        "já foram usados; ponha um número maior, ou, num arquivo, tire a chave"
        for coluna in _NUMEROS
        if coluna in colunas and colunas[coluna] < antes[coluna]
    ]
    desde: date | None = colunas.get("faturar_a_partir_de")
    if desde is not None and desde < antes["faturar_a_partir_de"]:
        queixas.append(
            f"faturar_a_partir_de: {desde} é antes do que está no banco "
            f"({antes['faturar_a_partir_de']}): o que veio antes pode já ter sido cobrado; ponha "
            "uma data maior, ou, num arquivo, tire a chave"
        )
    return queixas
