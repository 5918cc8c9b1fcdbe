"""Contratos, their numbers, and whether they may be used now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tiss.domain.cadastro import Contrato, Operacao
from tiss.domain.canal import Canal
from tiss.errors import ConfigError
from tiss.repository.conexao import Transacao

PORTAL = "o contrato é de portal (MANUAL): exporte o lote e marque-o como enviado"


@dataclass(frozen=True, slots=True, kw_only=True)
class Numeros:
    """The next free number of each sequence of a contrato."""

    proximo_numero_guia: int
    proximo_numero_lote: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SituacaoEnvio:
    """What decides whether a lote of this contrato may leave now."""

    contrato_id: int
    versao: int
    ativa: bool
    manual: bool
    suspenso_por: str | None
    suspenso_motivo: str | None
    motivo_suspensao: str | None
    max_envios_simultaneos: int
    segundos_de_intervalo: float
    enviando: int
    operadora_cheia: bool | None

    @property
    def impedimento(self) -> str | None:
        """Why nothing of the contrato leaves until a person changes that, None: it may."""
        if not self.ativa:
            return "a operadora está desativada no cadastro"
        if self.suspenso_por is not None:
            return f"contrato suspenso por {self.suspenso_por}: {self.suspenso_motivo}"
        if self.manual:
            return PORTAL
        if self.motivo_suspensao is not None:
            return f"envio suspenso: {self.motivo_suspensao}"
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class SituacaoCredencial:
    """What decides whether a credential may be used now. em_uso: exchanges in flight with it."""

    impressao: str | None
    provada: bool
    motivo_suspensao: str | None
    em_uso: int

    @property
    def livre(self) -> bool:
        """False while an exchange is finding out whether the operadora accepts it at all."""
        return self.provada or not self.em_uso


@dataclass(frozen=True, slots=True, kw_only=True)
class SituacaoContrato:
    """Whether a contrato may be used now, why not, and its next free numbers."""

    id: int
    ativa: bool
    suspenso_motivo: str | None
    operacoes_suspensas: Sequence[str]
    credencial_suspensa: str | None
    proximo_numero_lote: int
    proximo_numero_guia: int


def listar(
    t: Transacao,
    *,
    operadoras: Sequence[str] = (),
    prestadores: Sequence[str] = (),
    so_ativas: bool = False,
) -> list[Contrato]:
    """Return contratos by operadora and prestador (clinica_id); empty means any."""
    return t.linhas(
        Contrato,
        "contrato/listar",
        operadoras=list(operadoras),
        prestadores=list(prestadores),
        ids=[],
        so_ativas=so_ativas,
    )


def obter(t: Transacao, contrato_id: int) -> Contrato:
    """Return one contrato. Raises ConfigError when there is none."""
    achado = t.linha(
        Contrato,
        "contrato/listar",
        operadoras=[],
        prestadores=[],
        ids=[contrato_id],
        so_ativas=False,
    )
    if achado is None:
        raise ConfigError(f"Não existe o contrato {contrato_id}.")
    return achado


def desconhecidas(t: Transacao, operadoras: Sequence[str]) -> list[str]:
    """Return the operadoras that have no contrato."""
    return t.valores("contrato/desconhecidas", operadoras=list(operadoras))


def situacoes(t: Transacao) -> dict[int, SituacaoContrato]:
    """Return the situation of every contrato, by id."""
    achadas = t.linhas(SituacaoContrato, "contrato/situacoes")
    return {situacao.id: situacao for situacao in achadas}


def travar_montagem(t: Transacao, contrato_id: int) -> Numeros:
    """Serialise the building for a contrato; return its next numbers, safe until the commit."""
    t.executar("contrato/travar_montagem", contrato=contrato_id)
    numeros = t.linha(Numeros, "contrato/numeros", contrato=contrato_id)
    if numeros is None:
        raise ConfigError(f"Não existe o contrato {contrato_id}.")
    return numeros


def numeros_usados(t: Transacao, contrato_id: int, numeros: Sequence[str]) -> dict[str, str]:
    """Return which of these guia numbers the contrato already used, and for which consulta."""
    linhas = t.tabela("contrato/numeros_usados", contrato=contrato_id, numeros=list(numeros))
    return {linha["numero"]: linha["consulta_id"] for linha in linhas}


def saltar_numeros(t: Transacao, avanco: int) -> None:
    """Go on `avanco` further in the sequences of every contrato."""
    t.executar("contrato/saltar_numeros", avanco=avanco)


def avancar_numeros(t: Transacao, contrato_id: int, *, guia: int = 0, lote: int = 0) -> None:
    """Store the next free numbers; 0 leaves a sequence where it is."""
    t.executar("contrato/avancar_numeros", contrato=contrato_id, guia=guia, lote=lote)


def travar_envio(t: Transacao, lote_id: int, operacao: Operacao, canal: Canal) -> SituacaoEnvio:
    """Lock the contrato of a lote and return whether it may leave now on a channel."""
    t.executar("contrato/travar_envio", lote=lote_id)
    t.executar("contrato/travar_operadora", lote=lote_id)
    situacao = t.linha(
        SituacaoEnvio,
        "contrato/situacao_envio",
        lote=lote_id,
        suspensao=_chave(operacao, canal),
    )
    if situacao is None:
        raise ConfigError(f"Não existe o lote {lote_id}.")
    return situacao


def travar_credencial(
    t: Transacao, conexao: str, impressao: str | None, *, margem: float
) -> SituacaoCredencial:
    """Lock a credential and return whether it may be used now.

    impressao: digest of the secret as it is now; when it differs from the stored one, the
    suspension of the old secret is lifted and the new one has to prove itself. margem: seconds
    that an exchange may last beyond its timeouts.
    """
    t.executar("contrato/travar_credencial", conexao=conexao)
    atual = t.linha(
        SituacaoCredencial, "contrato/situacao_credencial", conexao=conexao, margem=margem
    )
    if atual is None:
        raise ConfigError(f"A credencial {conexao} não está cadastrada em tiss.credencial.")
    if atual.impressao == impressao:
        return atual
    t.executar("contrato/trocar_credencial", conexao=conexao, impressao=impressao)
    return SituacaoCredencial(
        impressao=impressao, provada=False, motivo_suspensao=None, em_uso=atual.em_uso
    )


def suspensao_da_credencial(t: Transacao, conexao: str, impressao: str) -> str | None:
    """Return why this secret must not be used now, None when it may.

    What was suspended was the secret of then: another one is free.
    """
    motivo: str | None = t.valor(
        "contrato/suspensao_credencial", conexao=conexao, impressao=impressao
    )
    return motivo


def suspenso_por_pessoa(t: Transacao, contrato_id: int) -> str | None:
    """Return who stopped a contrato and why, None when nobody did."""
    quem: str | None = t.valor("contrato/suspenso_por", contrato=contrato_id)
    return quem


def suspensao(
    t: Transacao, contrato_id: int, operacao: Operacao, canal: Canal = Canal.SOAP
) -> str | None:
    """Return why an operation must not be tried now on a channel, None when it may."""
    motivo: str | None = t.valor(
        "contrato/suspensoes", contrato=contrato_id, operacao=_chave(operacao, canal)
    )
    return motivo


def suspender_credencial(t: Transacao, conexao: str, motivo: str) -> None:
    """Stop every use of a credential, in every contrato."""
    t.executar("contrato/suspender_credencial", conexao=conexao, motivo=motivo)


def aprovar_credencial(t: Transacao, conexao: str) -> None:
    """Note that the operadora accepted a credential."""
    t.executar("contrato/aprovar_credencial", conexao=conexao)


def suspender_operacao(
    t: Transacao, contrato_id: int, operacao: Operacao, canal: Canal, motivo: str
) -> None:
    """Stop one operation of a contrato on one channel until its configuration changes."""
    t.executar(
        "contrato/suspender_operacao",
        contrato=contrato_id,
        operacao=_chave(operacao, canal),
        motivo=motivo,
    )


def liberar_credencial(t: Transacao, conexao: str) -> bool:
    """Lift a suspension by hand; return whether there was one."""
    return t.valor("contrato/liberar_credencial", conexao=conexao) is not None


def liberar_operacoes(t: Transacao, contrato_id: int) -> bool:
    """Lift the suspensions of a contrato's operations; return whether there was one."""
    return t.valor("contrato/liberar_operacoes", contrato=contrato_id) is not None


def suspender(t: Transacao, contrato_id: int, *, motivo: str, por: str) -> bool:
    """Stop a contrato by hand; return whether it was not stopped already."""
    suspenso = t.valor("contrato/suspender", contrato=contrato_id, motivo=motivo, por=por)
    return suspenso is not None


def retomar(t: Transacao, contrato_id: int) -> bool:
    """Let a contrato that was stopped by hand work again; return whether it was."""
    return t.valor("contrato/retomar", contrato=contrato_id) is not None


def suspender_operadora(t: Transacao, registro_ans: str, *, motivo: str, por: str) -> list[int]:
    """Stop all contratos of an operadora by hand; return those that were not stopped already."""
    return t.valores(
        "contrato/suspender_operadora", registro_ans=registro_ans, motivo=motivo, por=por
    )


def retomar_operadora(t: Transacao, registro_ans: str) -> list[int]:
    """Let all contratos of an operadora work again; return those that were stopped."""
    return t.valores("contrato/retomar_operadora", registro_ans=registro_ans)


def marcar_envio(t: Transacao, contrato_id: int) -> None:
    """Note that a send of this contrato begins now."""
    t.executar("contrato/marcar_envio", contrato=contrato_id)


def _chave(operacao: Operacao, canal: Canal) -> str:
    """The name of an operation in operacoes_suspensas: the address of one channel may be wrong."""
    return str(operacao) if canal is Canal.SOAP else f"{operacao}/{canal}"
