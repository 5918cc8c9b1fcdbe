"""Two channels: the second carries a lote only when the first provably did not.

The client is a fake of the port, for one answer of each channel; everything else is real.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Self

import pytest
from oficina import Oficina

from tiss.clients.credencial import Credencial
from tiss.domain.cadastro import Contrato, Operacao
from tiss.domain.canal import Canal
from tiss.domain.requisicao import Requisicao
from tiss.domain.retorno import Entrega
from tiss.errors import ConfigError, DoubtError, OperadoraError, PendingError, RejectedError
from tiss.messages.mensagem import Mensagem
from tiss.services import envio, retorno
from tiss.services.distribuicao import Consulta

SOAP, REST = Canal.SOAP, Canal.REST
NAO_SAIU = Entrega(http_status=None, ultimo_bloco_saiu=False, resposta=None, falha="x")
ENDERECO_ERRADO = Entrega(
    http_status=None, ultimo_bloco_saiu=False, resposta=None, falha="x", configuracao=True
)
SEM_RESPOSTA = Entrega(http_status=None, ultimo_bloco_saiu=True, resposta=None, falha="x")


def http(status: int) -> Entrega:
    return Entrega(http_status=status, ultimo_bloco_saiu=True, resposta=b"<html/>")


RECUSA = Entrega(
    http_status=200,
    ultimo_bloco_saiu=True,
    resposta=b'<ans:x xmlns:ans="http://www.ans.gov.br/padroes/tiss/schemas">'
    b"<ans:recebimentoLote><ans:mensagemErro><ans:codigoGlosa>5001</ans:codigoGlosa>"
    b"<ans:descricaoGlosa>x</ans:descricaoGlosa></ans:mensagemErro></ans:recebimentoLote></ans:x>",
)


@dataclass
class Operadora:
    """Answers each channel, and notes on which it was asked."""

    respostas: dict[Canal, Entrega]
    pedidos: list[Canal] = field(default_factory=list)

    def cliente(self, _: Contrato, canal: Canal) -> Cliente:
        return Cliente(self, canal)


@dataclass(frozen=True)
class Cliente:
    """One channel to it."""

    operadora: Operadora
    canal: Canal
    credencial: Credencial = field(default_factory=lambda: Credencial(impressao="s"))

    def com_token(self, valor: str) -> Self:
        raise NotImplementedError(valor)

    def requisicao(
        self, operacao: Operacao, mensagem: Mensagem, campos: Mapping[str, str]
    ) -> Requisicao:
        return Requisicao(url="x", dados=mensagem.ws(None), cabecalhos={})

    def trocar(self, requisicao: Requisicao, *, ate: float) -> Entrega:
        self.operadora.pedidos.append(self.canal)
        return self.operadora.respostas[self.canal]


@pytest.fixture
def lote(oficina: Oficina) -> int:
    """A lote of a contrato that has both."""
    servicos = (
        '{"ENVIO_LOTE_GUIAS": "a", "SOLIC_STATUS_PROTOCOLO": "b",'
        ' "SOLIC_DEMONSTRATIVO_RETORNO": "c"}'
    )
    oficina.configurar(tipo_api="AMBOS", servicos_rest=servicos, servicos_soap=servicos)
    return oficina.lote()


@pytest.fixture
def operadora(oficina: Oficina, lote: int) -> Operadora:
    """It takes the lote on both."""
    aceita = Entrega(http_status=200, ultimo_bloco_saiu=True, resposta=oficina.resposta(lote))
    return Operadora({SOAP: aceita, REST: aceita})


def preferir(oficina: Oficina, canal: Canal) -> None:
    """As if the lote had been built for it."""
    oficina.configurar(canal_preferido=canal)
    oficina.fazer("UPDATE tiss.lote SET versao_contrato = %s", oficina.contrato().versao)


def enviar(oficina: Oficina, operadora: Operadora, lote: int) -> OperadoraError | None:
    try:
        envio.enviar(lote, oficina.repo, operadora.cliente, quem="teste")
    except OperadoraError as erro:
        return erro
    return None


@pytest.mark.parametrize("preferido", [SOAP, REST])
def test_the_preferred_channel_comes_first_and_is_enough(
    oficina: Oficina, operadora: Operadora, lote: int, preferido: Canal
) -> None:
    preferir(oficina, preferido)
    assert enviar(oficina, operadora, lote) is None
    assert operadora.pedidos == [preferido]
    assert [troca["canal"] for troca in oficina.trocas(lote)] == [preferido]


@pytest.mark.parametrize(("preferido", "outro"), [(SOAP, REST), (REST, SOAP)])
@pytest.mark.parametrize("entrega", [NAO_SAIU, ENDERECO_ERRADO], ids=["nothing", "address"])
def test_what_did_not_leave_on_one_goes_on_the_other(
    oficina: Oficina,
    operadora: Operadora,
    lote: int,
    entrega: Entrega,
    preferido: Canal,
    outro: Canal,
) -> None:
    preferir(oficina, preferido)
    operadora.respostas[preferido] = entrega
    assert enviar(oficina, operadora, lote) is None
    assert operadora.pedidos == [preferido, outro]
    assert oficina.status(lote) == "ENVIADO"


@pytest.mark.parametrize(
    ("entrega", "erro"),
    [
        (SEM_RESPOSTA, DoubtError),
        (http(500), DoubtError),
        (http(503), DoubtError),
        (http(200), DoubtError),
        (RECUSA, RejectedError),
        (http(413), RejectedError),
        (http(429), PendingError),
        (http(401), PendingError),
        (http(403), PendingError),
        (http(404), PendingError),
    ],
)
def test_what_left_on_one_never_goes_on_the_other(
    oficina: Oficina,
    operadora: Operadora,
    lote: int,
    entrega: Entrega,
    erro: type[OperadoraError],
) -> None:
    operadora.respostas[SOAP] = entrega
    assert type(enviar(oficina, operadora, lote)) is erro
    assert operadora.pedidos == [SOAP]


def test_when_neither_delivers_it_waits(oficina: Oficina, operadora: Operadora, lote: int) -> None:
    operadora.respostas = {SOAP: NAO_SAIU, REST: NAO_SAIU}
    assert isinstance(enviar(oficina, operadora, lote), PendingError)
    assert operadora.pedidos == [SOAP, REST]
    assert oficina.status(lote) == "PENDENTE"


def test_a_doubt_on_the_second_is_a_doubt(
    oficina: Oficina, operadora: Operadora, lote: int
) -> None:
    operadora.respostas = {SOAP: NAO_SAIU, REST: SEM_RESPOSTA}
    assert isinstance(enviar(oficina, operadora, lote), DoubtError)
    assert isinstance(enviar(oficina, operadora, lote), DoubtError)
    assert operadora.pedidos == [SOAP, REST]


def test_a_channel_whose_address_is_suspended_is_passed_over(
    oficina: Oficina, operadora: Operadora, lote: int
) -> None:
    operadora.respostas[SOAP] = ENDERECO_ERRADO
    assert enviar(oficina, operadora, lote) is None
    outro = oficina.lote()
    aceita = Entrega(http_status=200, ultimo_bloco_saiu=True, resposta=oficina.resposta(outro))
    operadora.respostas = {SOAP: aceita, REST: aceita}
    assert enviar(oficina, operadora, outro) is None
    assert operadora.pedidos == [SOAP, REST, REST]


def test_a_contrato_of_two_channels_that_takes_lotes_on_one_is_not_sent_by(
    oficina: Oficina, operadora: Operadora, lote: int
) -> None:
    oficina.configurar(servicos_soap='{"SOLIC_STATUS_PROTOCOLO": "b"}')
    with pytest.raises(ConfigError, match="ponha o endereço que recebe os lotes"):
        enviar(oficina, operadora, lote)
    assert operadora.pedidos == []


@pytest.mark.parametrize("entrega", [NAO_SAIU, SEM_RESPOSTA, http(500), http(429), http(404)])
def test_a_question_goes_to_the_other_whatever_happened(
    oficina: Oficina, operadora: Operadora, lote: int, entrega: Entrega
) -> None:
    assert enviar(oficina, operadora, lote) is None
    situacao = (
        b'<ans:x xmlns:ans="http://www.ans.gov.br/padroes/tiss/schemas"><ans:situacaoProtocolo>'
        b"<ans:situacaoDoProtocolo><ans:lote><ans:detalheLote><ans:statusProtocolo>2"
        b"</ans:statusProtocolo><ans:numeroProtocolo>0000000777</ans:numeroProtocolo>"
        b"<ans:numeroLote>1</ans:numeroLote></ans:detalheLote></ans:lote>"
        b"</ans:situacaoDoProtocolo></ans:situacaoProtocolo></ans:x>"
    )
    operadora.pedidos = []
    operadora.respostas = {
        SOAP: entrega,
        REST: Entrega(http_status=200, ultimo_bloco_saiu=True, resposta=situacao),
    }
    consulta: Consulta = {"nome": "", "lotes": [lote], "meses": [], "desde": 2**62}
    retorno.consultar_remessa(consulta, oficina.repo, operadora.cliente, quem="teste")
    assert operadora.pedidos == [SOAP, REST]
    assert oficina.valor("SELECT situacao_protocolo FROM tiss.lote") == "2"


@pytest.mark.parametrize("nome", ["MANUAL", "SOAP", "REST", "AMBOS"])
def test_which_channels_there_are_is_told_by_the_contrato(
    oficina: Oficina, lote: int, nome: str
) -> None:
    oficina.configurar(tipo_api=nome, canal_preferido="REST")
    esperados: Mapping[str, tuple[Canal, ...]] = {
        "MANUAL": (),
        "SOAP": (SOAP,),
        "REST": (REST,),
        "AMBOS": (REST, SOAP),
    }
    canais: Callable[[Operacao], tuple[Canal, ...]] = oficina.contrato().canais
    assert canais(Operacao.ENVIO_LOTE_GUIAS) == esperados[nome]
    assert canais(Operacao.CANCELA_GUIA) == ()
