"""The services that bill nothing: a valid answer in every version, by SOAP and by REST."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pedidos_outros as o
import pedidos_tiss as p
import pytest
import requests
from cliente_tiss import OPERADORAS, Cliente, Resposta, conferir_hash, esquema, operadora
from lxml import etree

from tiss.simulador.processo import Simulador

# Service: root and body of the request, its tipoTransacao, its body in a mensagemTISS
SERVICOS = {
    "tissVerificaElegibilidade": (
        "pedidoElegibilidadeWS",
        "pedidoElegibilidade",
        "VERIFICA_ELEGIBILIDADE",
        "verificaElegibilidade",
    ),
    "tissSolicitacaoProcedimento": (
        "solicitacaoProcedimentoWS",
        "solicitacaoProcedimento",
        "SOLICITACAO_PROCEDIMENTOS",
        "solicitacaoProcedimento",
    ),
    "tissSolicitacaoStatusAutorizacao": (
        "solicitacaoStatusAutorizacaoWS",
        "solicitacaoStatusAutorizacao",
        "SOLICITA_STATUS_AUTORIZACAO",
        "solicitaStatusAutorizacao",
    ),
    "tissLoteAnexo": ("loteAnexoWS", "loteAnexo", "ENVIO_ANEXO", "loteAnexos"),
    "tissComunicacaoBeneficiario": (
        "comunicacaoBeneficiarioWS",
        "comunicacaoBeneficiario",
        "COMUNICACAO_BENEFICIARIO",
        "comunicacaoInternacao",
    ),
    "tissEnvioDocumentos": (
        "envioDocumentoWS",
        "envioDOcumento",
        "ENVIO_DOCUMENTO",
        "envioDocumentos",
    ),
    "tissRecursoGlosa": ("loteRecursoGlosaWS", "loteRecurso", "RECURSO_GLOSA", "recursoGlosa"),
    "tissSolicitacaoStatusProtocoloRecurso": (
        "solicitacaoStatusRecursoGlosaWS",
        "solicitacaoStatusProtocoloRecurso",
        "SOLIC_STATUS_RECURSO_GLOSA",
        "solicitacaoStatusRecursoGlosa",
    ),
}
RECURSO, STATUS_RECURSO = list(SERVICOS)[-2:]
SOLICITACAO, STATUS_AUTORIZACAO = list(SERVICOS)[1:3]
CARTEIRA, INVALIDA = "123456789", "9000"
EM_TODAS_AS_VERSOES = pytest.mark.parametrize("versao", OPERADORAS)


@dataclass(frozen=True)
class Prestador:
    """P2 at the operadora of a version."""

    cliente: Cliente

    def montar(self, servico: str, corpo: dict[str, o.Ramo]) -> bytes:
        raiz, nome, transacao, _ = SERVICOS[servico]
        cabecalho = p.cabecalho(
            transacao,
            prestador="P2",
            registro_ans=self.cliente.registro_ans,
            padrao=self.cliente.versao,
        )
        return p.mensagem(raiz, [cabecalho, (nome, o.arvore(corpo))])

    def pedir(self, servico: str, corpo: dict[str, o.Ramo]) -> Resposta:
        return self.cliente.enviar(self.montar(servico, corpo), servico)

    def lote(self, numero: str, *, odonto: bool = False) -> str:
        registro_ans = self.cliente.registro_ans
        # The recursos of odontologia contest items of this tooth.
        itens = [p.item_odonto("81000030", "10.00", sequencial=n, dente="11") for n in (1, 2)]
        guia = (
            p.odonto(numero, itens, registro_ans=registro_ans)
            if odonto
            else p.consulta(numero, registro_ans=registro_ans)
        )
        cabecalho = {
            "prestador": "P2",
            "registro_ans": self.cliente.registro_ans,
            "padrao": self.cliente.versao,
        }
        return self.cliente.enviar(p.lote(numero, [guia], **cabecalho)).protocolo

    def recurso(self, tipo: str, numero: str) -> dict[str, o.Ramo]:
        protocolo = self.lote(numero, odonto=tipo.endswith("odonto"))
        recursos = o.recursos(protocolo, "P2", self.cliente.registro_ans, numero)
        return recursos[tipo]  # type: ignore[return-value]

    def status_recurso(self, protocolo: str) -> Resposta:
        return self.pedir(STATUS_RECURSO, pedido_de_status(protocolo))


def pedido_de_status(protocolo: str) -> dict[str, o.Ramo]:
    return {"dadosPrestador": o.prestador("P2"), "numeroProtocolo": protocolo}


@pytest.fixture
def da_versao_p2(da_versao: Callable[[str], Cliente]) -> Callable[[str], Prestador]:
    return lambda versao: Prestador(da_versao(versao))


@pytest.fixture
def prestador(da_versao_p2: Callable[[str], Prestador]) -> Prestador:
    return da_versao_p2("4.03.00")


def pedidos(registro: str, numero: str, carteira: str = CARTEIRA) -> list[tuple[str, Any]]:
    """One request for each service without a state, of each kind that it takes."""
    solicitacoes = o.solicitacoes(numero, carteira, "P2", registro)
    anexos = o.anexos(numero, carteira, registro)
    return [
        ("tissVerificaElegibilidade", o.elegibilidade(carteira, "P2")),
        ("tissComunicacaoBeneficiario", o.comunicacao(carteira)),
        ("tissEnvioDocumentos", o.documento()),
        (STATUS_AUTORIZACAO, o.status_autorizacao(numero, carteira, "P2", registro)),
        *((SOLICITACAO, {tipo: corpo}) for tipo, corpo in solicitacoes.items()),
        *(
            ("tissLoteAnexo", {"numeroLote": numero, "AnexosGuiasTISS": {tipo: corpo}})
            for tipo, corpo in anexos.items()
        ),
    ]


# What the answers to `pedidos` have in them, in the same order
RESPOSTAS = [
    ("respostaSolicitacao", "S"),
    ("statusComunicacao", "S"),
    ("reciboDocumentos/numeroDocumento", "DOC1"),
    ("autorizacaoServico/statusSolicitacao", "1"),
    ("autorizacaoServico/statusSolicitacao", "1"),
    ("autorizacaoInternacao/autorizacaoDosServicos/statusSolicitacao", "1"),
    ("autorizacaoProrrogacao/autorizacaoDosServicos/statusSolicitacao", "1"),
    ("autorizacaoServicoOdonto/statusSolicitacao", "1"),
    ("qtAnexosClinicos", "2"),
    ("anexoRadio/statusSolicitacao", "2"),
    ("anexoQuimio/tratamentosAnteriores/cirurgia", "Nenhuma"),
    ("anexoOPME/statusSolicitacao", "2"),
]


@EM_TODAS_AS_VERSOES
@pytest.mark.parametrize("qual", range(len(RESPOSTAS)))
def test_answer_is_valid_in_every_version(
    da_versao_p2: Callable[[str], Prestador], numero: str, versao: str, qual: int
) -> None:
    prestador = da_versao_p2(versao)
    servico, corpo = pedidos(prestador.cliente.registro_ans, numero)[qual]
    caminho, valor = RESPOSTAS[qual]
    assert prestador.pedir(servico, corpo).texto(caminho) == valor  # the client asks the XSD


def test_every_service_of_the_standard_is_asked_for() -> None:
    pedidos_sem_estado = {servico for servico, _ in pedidos("999001", "1")}
    assert pedidos_sem_estado | {RECURSO, STATUS_RECURSO} == set(SERVICOS)
    assert len(SERVICOS) + 4 == 12  # with lote, status, demonstrativo and cancel


@pytest.mark.parametrize(
    ("qual", "caminho", "valor"),
    [
        (0, "reciboElegibilidade/respostaSolicitacao", "N"),
        (3, "statusSolicitacao", "3"),
        (4, "motivosNegativa/codigoGlosa", "1001"),
        (5, "motivosNegativa/codigoGlosa", "1001"),
        (6, "motivosNegativa/codigoGlosa", "1001"),
        (7, "motivosNegativa/codigoGlosa", "1001"),
    ],
)
def test_carteira_that_would_not_be_paid_is_denied(
    prestador: Prestador, numero: str, qual: int, caminho: str, valor: str
) -> None:
    servico, corpo = pedidos("999001", numero, INVALIDA)[qual]
    resposta = prestador.pedir(servico, corpo)
    assert resposta.texto(caminho) == valor
    assert resposta.texto("senha") is None


@pytest.mark.parametrize("servico", ["tissVerificaElegibilidade", STATUS_AUTORIZACAO])
def test_nobody_asks_for_another_prestador(prestador: Prestador, servico: str) -> None:
    corpo = {
        "tissVerificaElegibilidade": o.elegibilidade(CARTEIRA, "P1"),
        STATUS_AUTORIZACAO: o.status_autorizacao("1", CARTEIRA, "P1", "999001"),
    }[servico]
    resposta = prestador.pedir(servico, corpo)
    assert "3162" in resposta.textos("codigoGlosa")


TIPOS_DE_RECURSO = {
    # Judged: what was accepted, the total. Nothing was refused of this lote: contested as a whole,
    # nothing comes of it.
    "protocolo": ("recursoAcatado", ["S"], "0.00"),
    "guia": ("recursoGuiaAcatado", ["S", "N"], "0.00"),
    "itens": ("valorAcatadado", ["10.00", "0.00"], "10.00"),
    "protocolo_odonto": ("recursoAcatado", ["S"], "0.00"),
    "guia_odonto": ("recursoAcatadoGuia", ["S"], "0.00"),
    "itens_odonto": ("valorAcatado", ["10.00", "0.00"], "10.00"),
}


@EM_TODAS_AS_VERSOES
@pytest.mark.parametrize("tipo", TIPOS_DE_RECURSO)
def test_recurso_is_received_then_analysed_then_judged(
    simulador: Simulador,
    da_versao_p2: Callable[[str], Prestador],
    numero: str,
    versao: str,
    tipo: str,
) -> None:
    prestador = da_versao_p2(versao)
    recibo = prestador.pedir(RECURSO, prestador.recurso(tipo, numero))
    protocolo = recibo.texto("nrProtocoloRecursoGlosa") or ""
    assert recibo.texto("protocoloRecebimento/numeroLote") == numero
    vistos = []
    for _ in range(2):
        vistos.append(prestador.status_recurso(protocolo).texto("situacaoProtocolo"))
        simulador.avancar(60)
    assert vistos == ["1", "2"]
    julgado = prestador.status_recurso(protocolo)
    campo, esperado, total = TIPOS_DE_RECURSO[tipo]
    assert julgado.textos(campo) == esperado
    assert julgado.texto("valorTotalAcatado") == total


def test_same_recurso_is_received_once(prestador: Prestador, numero: str) -> None:
    recurso = prestador.recurso("itens", numero)
    assert prestador.pedir(RECURSO, recurso).texto("nrProtocoloRecursoGlosa")
    assert prestador.pedir(RECURSO, recurso).erro == "1308"


def test_recurso_of_a_lote_that_is_not_there_is_3162(prestador: Prestador, numero: str) -> None:
    recurso = o.recursos("999999999", "P2", "999001", numero)["itens"]
    assert prestador.pedir(RECURSO, recurso).erro == "3162"  # type: ignore[arg-type]


def test_recurso_of_the_wrong_kind_is_3162(prestador: Prestador, numero: str) -> None:
    protocolo = prestador.lote(numero)
    recurso = o.recursos(protocolo, "P2", "999001", numero)["itens_odonto"]
    assert prestador.pedir(RECURSO, recurso).erro == "3162"  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("lugar", "codigo"),
    [
        ({"denteRegiao": {"codDente": "12"}}, "5037"),
        ({"denteRegiao": {"codRegiao": "AI"}}, "5037"),
        ({"denteRegiao": {"codDente": "11"}, "denteFace": "O"}, "5039"),
    ],
)
def test_recurso_of_another_place_in_the_mouth_is_refused(
    prestador: Prestador, numero: str, lugar: dict[str, Any], codigo: str
) -> None:
    recurso: Any = prestador.recurso("itens_odonto", numero)
    corpo = recurso["guiaRecursoGlosaOdonto"]
    guia = corpo["opcaoRecurso"]["recursoGuia"]
    item = guia["recursoProcedimento"][0]
    # In the order of the XSD: the place comes third.
    inicio = ("sequencialItem", "dataRealizacao")
    guia["recursoProcedimento"][0] = {
        **{nome: item.pop(nome) for nome in inicio},
        **lugar,
        **{nome: valor for nome, valor in item.items() if nome != "denteRegiao"},
    }
    assert prestador.pedir(RECURSO, recurso).erro == codigo


def test_recurso_that_is_not_there_is_3162(prestador: Prestador, numero: str) -> None:
    protocolo = prestador.lote(numero)  # of a lote, not of a recurso
    assert prestador.status_recurso(protocolo).erro == "3162"


@pytest.fixture(scope="module")
def por_arquivo() -> Iterator[Simulador]:
    with Simulador.start({"operadoras": [operadora("999001")]}) as simulador:
        yield simulador
        assert simulador.erros() == ""


def por_rest(prestador: Prestador, servico: str, corpo: dict[str, o.Ramo]) -> etree._Element:
    """Ask with a mensagemTISS, and compare the answer with its XSD and its hash."""
    pedido = p.como_arquivo(prestador.montar(servico, corpo), SERVICOS[servico][3])
    resposta = requests.post(
        f"{prestador.cliente.url}/999001/rest/{servico}",
        pedido,
        headers={"Content-Type": "application/xml"},
        auth=("outra", "segredo2"),
        timeout=30,
    )
    assert resposta.status_code == 200, resposta.text
    raiz = etree.fromstring(resposta.content)
    esquema("4.03.00", "tiss").assertValid(raiz)
    conferir_hash(raiz)
    return raiz


def test_answers_and_refusals_are_valid_as_files_too(por_arquivo: Simulador) -> None:
    prestador = Prestador(Cliente(por_arquivo.url, "999001", usuario="outra", senha="segredo2"))
    recurso = prestador.recurso("itens", "1")
    protocolo = "9000000001"
    for servico, corpo in [
        *pedidos("999001", "1"),
        (RECURSO, recurso),
        (STATUS_RECURSO, pedido_de_status(protocolo)),
    ]:
        assert not por_rest(prestador, servico, corpo).findall(".//{*}mensagemErro"), servico
        por_arquivo.falha("mensagem_erro", codigo="5014")
        assert "5014" in prestador.pedir(servico, corpo).textos("codigoGlosa"), servico
        por_arquivo.falha("mensagem_erro", codigo="5014")
        recusa = por_rest(prestador, servico, corpo)
        assert recusa.findtext(".//{*}mensagemErro/{*}codigoGlosa") == "5014", servico
