"""The digest: what a person who bills has to know, in the order in which it has to be done.

Nothing personal can get in: its parts hold ids, counts, values, codes, and the names of operadoras
and prestadores; no field takes the words of an operadora.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any, Protocol, TypeVar

from tiss.settings import FUSO

# From this hour on, what needs nobody is told: once a day.
MANHA = time(7)
# How many days before the last one a value to appeal against is told, the widest first; each is
# news once. One that is lost is told for as long after it.
AVISOS_DE_PRAZO = (10, 3, 0)
DIAS_DEPOIS_DO_PRAZO = 7
# A mail of a thousand lines is not read.
LINHAS_POR_PARTE = 20

_ESPERAS = {
    "PRAZO": "prazo do recurso vencido: não sai",
    "PORTAL": "leve ao portal da operadora",
    "EXPORTADO": "exportado: marque como enviado",
    "CONFERENCIA": "confira e libere",
    None: "não chegou à operadora",
}
_SUSPENSOES = {
    "CREDENCIAL": "credencial recusada, conexão {o_que} do Airflow",
    "OPERACAO": "endereço ou configuração recusados em {o_que}",
    "CONTRATO": "contrato {o_que} suspenso por uma pessoa",
}


class Etapa(StrEnum):
    """A step of the DAGs that may fail with nothing left behind that says so."""

    PREPARO = "PREPARO"
    MONTAGEM = "MONTAGEM"
    CONFERENCIA = "CONFERENCIA"
    GRAVACAO = "GRAVACAO"


# Each is a task of a DAG.
_TAREFAS = {
    Etapa.PREPARO: ("preparar", "tiss_faturamento"),
    Etapa.MONTAGEM: ("montar", "tiss_faturamento"),
    Etapa.CONFERENCIA: ("conferir", "tiss_faturamento"),
    Etapa.GRAVACAO: ("gravar", "tiss_retorno"),
}


class Pendencia(Protocol):
    """What waits for a person."""

    @property
    def chave(self) -> str:
        """Tells it from all others: told under this name, it is no news any more."""
        ...

    def linha(self) -> str:
        """It in one line."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class LoteParado:
    """A lote that is in doubt, refused, or long PENDENTE. espera: what for, None: to be sent."""

    contrato_id: int
    operadora: str
    prestador: str
    lote_id: int
    numero_lote: int
    status: str
    tentativa: int
    guias: int
    valor: Decimal
    desde: datetime
    espera: str | None

    @property
    def chave(self) -> str:
        """Another try that ends the same is another doubt."""
        return f"lote/{self.lote_id}/{self.status}/{self.tentativa}"

    def linha(self) -> str:
        """It in one line."""
        return (
            f"lote {self.lote_id} (número {self.numero_lote}), {self.operadora} / "
            f"{self.prestador}: {quantos(self.guias, 'guia', 'guias')}, {reais(self.valor)}, "
            f"{self.situacao}"
        )

    @property
    def situacao(self) -> str:
        """Since when, and what for."""
        espera = f"; {_ESPERAS[self.espera]}" if self.status == "PENDENTE" else ""
        return f"desde {_momento(self.desde)}{espera}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Suspensao:
    """A credential, an operation or a contrato that is not used until somebody does something.

    contrato_id: one of those that it is about; contrato: the names of all.
    """

    contrato_id: int
    tipo: str
    o_que: str
    desde: datetime | None
    contrato: str

    @property
    def chave(self) -> str:
        """An operation keeps no hour; suspended again, it is news when it was seen to be free."""
        desde = "" if self.desde is None else self.desde.isoformat()
        return f"suspensao/{self.tipo}/{self.contrato}/{self.o_que}/{desde}"

    def linha(self) -> str:
        """It in one line."""
        return f"{self.contrato}: {self.situacao}"

    @property
    def situacao(self) -> str:
        """What of it, and since when."""
        desde = "" if self.desde is None else f", desde {_momento(self.desde)}"
        return f"{_SUSPENSOES[self.tipo].format(o_que=self.o_que)}{desde}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Falha:
    """A step that fails since `desde`, of a contrato or (None) of all. erro: a class, no words."""

    etapa: str
    contrato_id: int | None
    operadora: str | None
    prestador: str | None
    erro: str
    desde: datetime
    ultima: datetime

    @property
    def chave(self) -> str:
        """One failure for as long as it lasts, whatever the error of the day."""
        return f"falha/{self.etapa}/{self.contrato_id or 'todos'}/{self.desde.isoformat()}"

    def linha(self) -> str:
        """It in one line."""
        return f"{self.de_quem}: {self.situacao}"

    @property
    def de_quem(self) -> str:
        """Whose step it is."""
        if self.contrato_id is None:
            return "todas as operadoras"
        return f"{self.operadora} / {self.prestador}"

    @property
    def dag(self) -> str:
        """The DAG that it is a step of."""
        return _TAREFAS[Etapa(self.etapa)][1]

    @property
    def situacao(self) -> str:
        """Which task, since when, and with which error."""
        tarefa, dag = _TAREFAS[Etapa(self.etapa)]
        ultima = "" if self.ultima == self.desde else f", a última vez {_momento(self.ultima)}"
        return f"tarefa {tarefa}, de {dag}, desde {_momento(self.desde)}{ultima} ({self.erro})"


@dataclass(frozen=True, slots=True, kw_only=True)
class Silencio:
    """An operadora that does not say what became of some protocolos."""

    contrato_id: int
    operadora: str
    prestador: str
    protocolos: int
    desde: datetime

    @property
    def chave(self) -> str:
        """One silence, however many protocolos it is about."""
        return f"silencio/{self.contrato_id}"

    def linha(self) -> str:
        """It in one line."""
        return f"{self.operadora} / {self.prestador}: {self.situacao}"

    @property
    def situacao(self) -> str:
        """About what, and since when."""
        return (
            f"{quantos(self.protocolos, 'protocolo', 'protocolos')} sem resposta, desde "
            f"{_momento(self.desde)}"
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Prazo:
    """Refused values whose last day to appeal is near, or has just passed (dias < 0).

    lote_id, guia_id: of which all of them are, None: of several.
    """

    contrato_id: int
    registro_ans: str
    lote_id: int | None
    guia_id: int | None
    operadora: str
    prestador: str
    prazo: date
    dias: int
    quantos: int
    rascunhos: int
    valor: Decimal

    @property
    def chave(self) -> str:
        """News again each time that it comes nearer by one of AVISOS_DE_PRAZO."""
        alcancados = [dias for dias in AVISOS_DE_PRAZO if self.dias <= dias]
        nivel = "vencido" if self.dias < 0 else min(alcancados)
        return f"prazo/{self.contrato_id}/{self.prazo.isoformat()}/{nivel}"

    def linha(self) -> str:
        """It in one line."""
        em_rascunho = f", {self.em_rascunho}" if self.rascunhos else ""
        return (
            f"{self.quando}, {self.operadora} / {self.prestador}: {self.glosados}, "
            f"{reais(self.valor)}{em_rascunho}"
        )

    @property
    def quando(self) -> str:
        """How far the last day is, and which it is."""
        dia = f"({self.prazo:%d/%m/%Y})"
        if self.dias < 0:
            return f"venceu há {quantos(-self.dias, 'dia', 'dias')} {dia}"
        if self.dias == 0:
            return f"vence hoje {dia}"
        return f"vence em {quantos(self.dias, 'dia', 'dias')} {dia}"

    @property
    def glosados(self) -> str:
        """How many values."""
        return quantos(self.quantos, "valor glosado", "valores glosados")

    @property
    def em_rascunho(self) -> str:
        """How many of them wait for an approval."""
        return f"{quantos(self.rascunhos, 'rascunho espera', 'rascunhos esperam')} aprovação"


@dataclass(frozen=True, slots=True, kw_only=True)
class Esquecidas:
    """Consultas that no night bills: the clinic has a resultado of them, and they have no guia.

    desde: when they last became more.
    """

    contrato_id: int
    operadora: str
    prestador: str
    consultas: int
    desde: datetime

    @property
    def chave(self) -> str:
        """News again when they become more, not when they become fewer."""
        return f"esquecidas/{self.contrato_id}/{self.desde.isoformat()}"

    def linha(self) -> str:
        """It in one line."""
        return (
            f"{self.operadora} / {self.prestador}: "
            f"{quantos(self.consultas, 'consulta', 'consultas')}; {self.onde}"
        )

    @property
    def onde(self) -> str:
        """Where they are listed."""
        return f"liste com tiss guia esquecidas --contrato {self.contrato_id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Movimento:
    """What came from an operadora to a prestador, in reais."""

    operadora: str
    prestador: str
    autorizadas: int
    parciais: int
    negadas: int
    informado: Decimal
    liberado: Decimal
    glosado: Decimal
    pago: Decimal
    recursos: int
    recursado: Decimal
    acatado: Decimal

    @property
    def respondidas(self) -> int:
        """How many guias have a verdict."""
        return self.autorizadas + self.negadas


@dataclass(frozen=True, slots=True, kw_only=True)
class Negada:
    """Guias refused with a code of Tabela 38, None: without one; the value that it cost them."""

    codigo: str | None
    descricao: str | None
    guias: int
    valor: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class DivergenciasAbertas:
    """What of one reason does not fit. novas: of them, since the last digest."""

    motivo: str
    quantas: int
    novas: int


@dataclass(frozen=True, slots=True, kw_only=True)
class EmAberto:
    """What has no verdict yet."""

    guias: int
    valor: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Esperam:
    """What waits for a person, and what does not fit."""

    lotes: Sequence[LoteParado]
    falhas: Sequence[Falha]
    suspensoes: Sequence[Suspensao]
    silencios: Sequence[Silencio]
    prazos: Sequence[Prazo]
    esquecidas: Sequence[Esquecidas]
    divergencias: Sequence[DivergenciasAbertas]


@dataclass(frozen=True, slots=True, kw_only=True)
class Digesto(Esperam):
    """What is known at a moment (with time zone), and what of it was told before.

    ultimo: when a digest was last delivered. ditas: keys of what waits and was told.
    """

    agora: datetime
    ultimo: datetime | None
    movimentos: Sequence[Movimento]
    negadas: Sequence[Negada]
    em_aberto: EmAberto
    ditas: Collection[str]

    @property
    def pendencias(self) -> tuple[Pendencia, ...]:
        """All that waits for a person."""
        return (
            *self.lotes,
            *self.falhas,
            *self.suspensoes,
            *self.silencios,
            *self.prazos,
            *self.esquecidas,
        )

    def nova(self, pendencia: Pendencia) -> bool:
        """Whether a person has not been told of it."""
        return pendencia.chave not in self.ditas

    @property
    def deve_sair(self) -> bool:
        """Whether to send it now.

        At once when something new waits for a person, who may have hours, not days. Anything else
        that is new waits for the morning, and is told once a day: answers come all day long.
        """
        if any(map(self.nova, self.pendencias)):
            return True
        if not self.movimentos and not any(d.novas for d in self.divergencias):
            return False
        return self.ultimo is None or self.ultimo < _ultima_manha(self.agora)


def _ultima_manha(agora: datetime) -> datetime:
    de_hoje = datetime.combine(agora.astimezone(FUSO), MANHA, FUSO)
    return de_hoje if de_hoje <= agora else de_hoje - timedelta(days=1)


def assunto(digesto: Digesto) -> str:
    """Return the subject: what waits for a person first. Numbers only, no name."""
    status = [lote.status for lote in digesto.lotes]
    total = _total(digesto.movimentos)
    novas = sum(d.novas for d in digesto.divergencias)
    esquecidas = sum(e.consultas for e in digesto.esquecidas)
    partes = [
        _se(status.count("EM_DUVIDA"), "lote em dúvida", "lotes em dúvida"),
        _se(len(digesto.prazos), "prazo de recurso", "prazos de recurso"),
        _se(status.count("ERRO"), "lote recusado", "lotes recusados"),
        _se(status.count("PENDENTE"), "lote parado", "lotes parados"),
        _se(len(digesto.falhas), "tarefa que falha", "tarefas que falham"),
        _se(len(digesto.suspensoes), "suspensão", "suspensões"),
        _se(len(digesto.silencios), "operadora sem resposta", "operadoras sem resposta"),
        _se(esquecidas, "consulta sem cobrança", "consultas sem cobrança"),
        _se(total.respondidas, "guia respondida", "guias respondidas"),
        _se(total.negadas, "negada", "negadas"),
        f"{reais(total.pago)} pagos" if total.pago else "",
        _se(total.recursos, "recurso respondido", "recursos respondidos"),
        _se(novas, "divergência nova", "divergências novas"),
    ]
    return "TISS: " + ", ".join(parte for parte in partes if parte)


def texto(digesto: Digesto) -> str:
    """Return the digest as plain text in Portuguese; what was not told before is marked."""
    linhas = [
        f"Faturamento TISS, {_momento(digesto.agora)}",
        (
            "Primeiro resumo."
            if digesto.ultimo is None
            else f"O resumo anterior é de {_momento(digesto.ultimo)}."
        ),
        *_precisa_de_alguem(digesto),
        *_dinheiro(digesto),
        *_negadas(digesto),
        *_divergencias(digesto),
    ]
    return "\n".join(linhas) + "\n"


def _precisa_de_alguem(digesto: Digesto) -> Iterator[str]:
    yield from ("", "PRECISA DE UMA PESSOA")
    if not digesto.pendencias:
        yield "Nada."
    por_status: dict[str, list[LoteParado]] = {"EM_DUVIDA": [], "ERRO": [], "PENDENTE": []}
    for lote in digesto.lotes:
        por_status[lote.status].append(lote)
    yield from _parte(
        digesto,
        "Lotes em dúvida: consulte o portal da operadora e responda em Required Actions",
        por_status["EM_DUVIDA"],
    )
    yield from _parte(digesto, "Prazos para recorrer de glosas", digesto.prazos)
    yield from _parte(digesto, "Lotes recusados (ERRO): corrija a causa", por_status["ERRO"])
    yield from _parte(digesto, "Lotes parados há mais de um dia (PENDENTE)", por_status["PENDENTE"])
    yield from _parte(
        digesto, "Tarefas que falham: o log de cada uma diz o que corrigir", digesto.falhas
    )
    yield from _parte(
        digesto, "Suspensos: nada sai nem é consultado até que se corrija", digesto.suspensoes
    )
    yield from _parte(digesto, "Operadoras que não respondem", digesto.silencios)
    yield from _parte(
        digesto,
        "Consultas com resultado e sem guia: se não foram cobradas, apague o resultado na clínica",
        digesto.esquecidas,
    )


def _parte(digesto: Digesto, titulo: str, pendencias: Sequence[Pendencia]) -> Iterator[str]:
    if not pendencias:
        return
    # What is new is never among the lines that are left out, as long as there is room.
    novas_antes = sorted(pendencias, key=lambda p: not digesto.nova(p))
    yield f"{titulo}: {len(pendencias)}"
    yield from _curtas(novas_antes, lambda p: ("NOVO " if digesto.nova(p) else "") + p.linha())


Coisa = TypeVar("Coisa")


def _curtas(coisas: Sequence[Coisa], escrever: Callable[[Coisa], str]) -> Iterator[str]:
    for coisa in coisas[:LINHAS_POR_PARTE]:
        yield f"  - {escrever(coisa)}"
    if (resto := len(coisas) - LINHAS_POR_PARTE) > 0:
        yield f"  - e mais {resto}"


def _dinheiro(digesto: Digesto) -> Iterator[str]:
    movimentos = digesto.movimentos
    yield from ("", "DINHEIRO, DESDE O RESUMO ANTERIOR")
    if len(movimentos) > 1:
        yield f"Total: {_valores(_total(movimentos))}"
    yield from _curtas(movimentos, lambda m: f"{m.operadora} / {m.prestador}: {_valores(m)}")
    if not movimentos:
        yield "Nenhuma resposta nova."
    yield (
        f"Em aberto hoje: {quantos(digesto.em_aberto.guias, 'guia', 'guias')}, "
        f"{reais(digesto.em_aberto.valor)}"
    )


def _valores(movimento: Movimento) -> str:
    partes = []
    if respondidas := movimento.respondidas:
        parciais = f" ({movimento.parciais} com glosa parcial)" if movimento.parciais else ""
        partes.append(
            f"{quantos(respondidas, 'guia respondida', 'guias respondidas')}, "
            f"{movimento.autorizadas} AUTORIZADA{parciais}, {movimento.negadas} NEGADA; "
            f"informado {reais(movimento.informado)}, liberado {reais(movimento.liberado)}, "
            f"glosado {reais(movimento.glosado)}"
        )
    if recursos := movimento.recursos:
        partes.append(
            f"{quantos(recursos, 'recurso respondido', 'recursos respondidos')}, acatado "
            f"{reais(movimento.acatado)} de {reais(movimento.recursado)}"
        )
    if movimento.pago or not partes:
        partes.append(f"pago {reais(movimento.pago)}")
    return "; ".join(partes)


def _negadas(digesto: Digesto) -> Iterator[str]:
    if digesto.negadas:
        yield from ("", "NEGADAS NOVAS, POR CÓDIGO")
        yield from _curtas(digesto.negadas, _negada)


def _negada(negada: Negada) -> str:
    nome = (
        "sem código da Tabela 38"
        if negada.codigo is None
        else f"{negada.codigo} {negada.descricao or '(fora da Tabela 38)'}"
    )
    return f"{nome}: {quantos(negada.guias, 'guia', 'guias')}, {reais(negada.valor)}"


def _divergencias(digesto: Digesto) -> Iterator[str]:
    if digesto.divergencias:
        yield from ("", "DIVERGÊNCIAS EM ABERTO")
        yield from _curtas(
            digesto.divergencias,
            lambda d: (
                f"{d.motivo}: {d.quantas}"
                + (f" ({quantos(d.novas, 'nova', 'novas')})" if d.novas else "")
            ),
        )


def reais(valor: Decimal) -> str:
    """Return money as it is written in Brazil: R$ 1.234,56."""
    return f"R$ {valor:,.2f}".translate(str.maketrans(",.", ".,"))


def quantos(numero: int, um: str, varios: str) -> str:
    """Return a number with its noun."""
    return f"{numero} {um if numero == 1 else varios}"


def _se(numero: int, um: str, varios: str) -> str:
    return quantos(numero, um, varios) if numero else ""


def _momento(momento: datetime) -> str:
    return f"{momento.astimezone(FUSO):%d/%m/%Y %H:%M}"


def _total(movimentos: Sequence[Movimento]) -> Movimento:
    def soma(campo: str) -> Any:  # noqa: ANN401  a count or a value, as the field is
        return sum(getattr(movimento, campo) for movimento in movimentos)

    return Movimento(
        operadora="",
        prestador="",
        autorizadas=soma("autorizadas"),
        parciais=soma("parciais"),
        negadas=soma("negadas"),
        informado=soma("informado"),
        liberado=soma("liberado"),
        glosado=soma("glosado"),
        pago=soma("pago"),
        recursos=soma("recursos"),
        recursado=soma("recursado"),
        acatado=soma("acatado"),
    )
