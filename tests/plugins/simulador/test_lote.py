"""What happens to a lote that is well formed: accepted once, and only once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pedidos_tiss as p
from cliente_tiss import Cliente

from tiss.simulador.processo import Simulador


def test_receipt_names_the_lote_and_every_guia(cliente: Cliente, numero: str) -> None:
    numeros = [f"{numero}-{n}" for n in range(100)]
    resposta = cliente.enviar(p.lote(numero, [p.consulta(n, valor="10.01") for n in numeros]))
    assert resposta.texto("numeroLote") == numero
    assert resposta.textos("dadosGuias/numeroGuiaPrestador") == numeros
    assert resposta.texto("valorTotalProtocolo") == "1001.00"


def test_receipt_releases_nothing(cliente: Cliente, numero: str) -> None:
    resposta = cliente.enviar(p.lote(numero, [p.consulta(numero)]))
    assert resposta.texto("vlInformadoGuia/valorProcessado") == "150.00"
    assert resposta.texto("vlInformadoGuia/valorLiberado") == "0.00"


def test_protocol_number_is_text_that_begins_with_zeros(cliente: Cliente, numero: str) -> None:
    protocolo = cliente.enviar(p.lote(numero, [p.consulta(numero)])).protocolo
    assert protocolo.startswith("0")
    assert len(protocolo) <= 12


def test_number_given_to_a_guia_beforehand_is_kept(cliente: Cliente, numero: str) -> None:
    guia = p.consulta(numero, numero_operadora="OP77")
    resposta = cliente.enviar(p.lote(numero, [guia]))
    assert resposta.texto("dadosGuias/numeroGuiaOperadora") == "OP77"


def test_values_with_markup_come_back_as_they_were(cliente: Cliente, numero: str) -> None:
    guia = p.consulta(f"{numero}<&>", carteira=" ção\r")
    resposta = cliente.enviar(p.lote(numero, [guia]))
    assert resposta.texto("dadosGuias/numeroGuiaPrestador") == f"{numero}<&>"
    assert resposta.texto("dadosBeneficiario/numeroCarteira") == " ção\r"


def test_repeated_lote_number_is_3268(cliente: Cliente, numero: str) -> None:
    assert cliente.enviar(p.lote(numero, [p.consulta(numero)])).protocolo
    repetido = cliente.enviar(p.lote(numero, [p.consulta(f"{numero}b")]))
    assert (repetido.status, repetido.erro) == (200, "3268")


def test_repeated_lote_number_is_1308_before_4_03(simulador: Simulador, numero: str) -> None:
    cliente = Cliente(simulador.url, "999003", "4.02.00")
    guia = p.consulta(numero, registro_ans="999003")
    corpo = p.lote(numero, [guia], registro_ans="999003", padrao="4.02.00")
    assert cliente.enviar(corpo).protocolo
    assert cliente.enviar(corpo).erro == "1308"


def test_guia_number_already_accepted_is_1308(cliente: Cliente, numero: str) -> None:
    assert cliente.enviar(p.lote(numero, [p.consulta(numero)])).protocolo
    guias = [p.consulta(f"{numero}b"), p.consulta(numero)]
    assert cliente.enviar(p.lote(f"{numero}b", guias)).erro == "1308"


def test_refused_lote_leaves_nothing_behind(cliente: Cliente, numero: str) -> None:
    gemeas = [p.consulta(numero), p.consulta(numero)]
    assert cliente.enviar(p.lote(numero, gemeas)).erro == "1308"
    assert cliente.enviar(p.lote(numero, [p.consulta(numero)])).protocolo


def test_numbers_are_unique_per_prestador_only(cliente: Cliente, numero: str) -> None:
    corpo = p.lote(numero, [p.consulta(numero)])
    de_outro = p.lote(numero, [p.consulta(numero)], prestador="P2")
    assert cliente.enviar(corpo).protocolo
    assert cliente.enviar(de_outro, usuario="outra", senha="segredo2").protocolo


def test_same_lote_sent_at_the_same_time_is_accepted_once(cliente: Cliente, numero: str) -> None:
    corpo = p.lote(numero, [p.consulta(numero)])
    with ThreadPoolExecutor(4) as juntos:
        respostas = list(juntos.map(lambda _: cliente.enviar(corpo), range(4)))
    assert sorted(r.erro or "" for r in respostas) == ["", "3268", "3268", "3268"]
