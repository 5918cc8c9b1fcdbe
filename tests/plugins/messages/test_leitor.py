"""What answers say, however they say it; and that no bytes from outside ever raise."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import fields, is_dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from types import UnionType
from typing import get_args, get_origin, get_type_hints

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from tiss.domain.retorno import (
    Demonstrativos,
    FalhaSoap,
    GuiaAnalisada,
    Ilegivel,
    ItemAnalisado,
    Motivo,
    ProtocoloAnalisado,
    Recebimento,
    Recusa,
    Resposta,
    SituacaoProtocolo,
)
from tiss.messages.leitor import TAMANHO_MAXIMO, ler
from tiss.settings import NAMESPACE

SOAP_1_1 = "http://schemas.xmlsoap.org/soap/envelope/"
SOAP_1_2 = "http://www.w3.org/2003/05/soap-envelope"
LATIN = '<?xml version="1.0" encoding="ISO-8859-1"?>'
UTF8 = '<?xml version="1.0" encoding="UTF-8"?>'

RECEBIMENTO = """
<recebimentoLote><protocoloRecebimento><registroANS>999001</registroANS>
<dadosPrestador><codigoPrestadorNaOperadora>P0042</codigoPrestadorNaOperadora></dadosPrestador>
<numeroLote>42</numeroLote><dataEnvioLote>2026-03-20</dataEnvioLote><detalheProtocolo>
<numeroProtocolo>00099X</numeroProtocolo><valorTotalProtocolo>10.00</valorTotalProtocolo>
<dadosGuiasProtocolo><dadosGuias><numeroGuiaPrestador>1</numeroGuiaPrestador></dadosGuias>
<dadosGuias><numeroGuiaPrestador> 2 </numeroGuiaPrestador></dadosGuias></dadosGuiasProtocolo>
</detalheProtocolo></protocoloRecebimento></recebimentoLote>"""
ERRO = """
<recebimentoLote><mensagemErro><codigoGlosa>5001</codigoGlosa>
<descricaoGlosa>Mensagem inválida</descricaoGlosa></mensagemErro></recebimentoLote>"""
SITUACAO = """
<situacaoProtocolo><situacaoDoProtocolo><lote><detalheLote><statusProtocolo>2</statusProtocolo>
<numeroProtocolo>99</numeroProtocolo><numeroLote>42</numeroLote></detalheLote></lote>
</situacaoDoProtocolo></situacaoProtocolo>"""
AINDA_NAO = """
<demonstrativosRetorno><situacaoDemonstrativoRetorno><numeroProtocolo>99</numeroProtocolo>
<situacaoDemonstrativo>5</situacaoDemonstrativo></situacaoDemonstrativoRetorno>
</demonstrativosRetorno>"""
DEMONSTRATIVO = """
<demonstrativosRetorno><demonstrativoAnaliseConta><cabecalhoDemonstrativo>
<numeroDemonstrativo>D1</numeroDemonstrativo><dataEmissao>2026-04-01</dataEmissao>
</cabecalhoDemonstrativo><dadosConta><dadosProtocolo>
<numeroLotePrestador>42</numeroLotePrestador><numeroProtocolo>99</numeroProtocolo>
<GlosaProtocolo><codigoGlosa>1104</codigoGlosa><descricaoGlosa>soma</descricaoGlosa>
</GlosaProtocolo><situacaoProtocolo>3</situacaoProtocolo>
<relacaoGuias><numeroGuiaPrestador>1</numeroGuiaPrestador>
<motivoGlosaGuia><codigoGlosa>99ZZ</codigoGlosa></motivoGlosaGuia>
<motivoGlosaGuia><codigoGlosa>1001</codigoGlosa><descricaoGlosa>carteira</descricaoGlosa>
</motivoGlosaGuia><situacaoGuia>6</situacaoGuia>
<detalhesGuia><sequencialItem>0002</sequencialItem><valorInformado>10,5</valorInformado>
<valorLiberado>.5</valorLiberado>
<relacaoGlosa><valorGlosa>10</valorGlosa><tipoGlosa>1705</tipoGlosa></relacaoGlosa>
<relacaoGlosa><valorGlosa>10.00</valorGlosa><tipoGlosa>1801</tipoGlosa></relacaoGlosa>
</detalhesGuia>
<detalhesGuia><sequencialItem>1</sequencialItem></detalhesGuia>
<valorInformadoGuia>100.00</valorInformadoGuia><valorProcessadoGuia>95.00</valorProcessadoGuia>
<valorLiberadoGuia>90.00</valorLiberadoGuia></relacaoGuias>
<relacaoGuias><numeroGuiaPrestador>2</numeroGuiaPrestador></relacaoGuias>
</dadosProtocolo></dadosConta></demonstrativoAnaliseConta></demonstrativosRetorno>"""
FALHA_1_1 = f"""
<s:Fault xmlns:s="{SOAP_1_1}"><faultcode>s:Server</faultcode><faultstring>não deu</faultstring>
<detail><tissFaultWS xmlns="{NAMESPACE}"><tissFault>HashInvalido</tissFault></tissFaultWS></detail>
</s:Fault>"""
FALHA_1_2 = f"""
<s:Fault xmlns:s="{SOAP_1_2}"><s:Code><s:Value>s:Receiver</s:Value></s:Code>
<s:Reason><s:Text xml:lang="pt">não deu</s:Text></s:Reason></s:Fault>"""

LIDAS: dict[str, tuple[str, Resposta]] = {
    "recebimento": (
        RECEBIMENTO,
        Recebimento(
            numero_lote="42", numero_protocolo="00099X", prestador="P0042", guias=("1", "2")
        ),
    ),
    "erro": (ERRO, Recusa(codigo="5001", descricao="Mensagem inválida")),
    "situacao": (
        SITUACAO,
        SituacaoProtocolo(numero_protocolo="99", numero_lote="42", situacao="2"),
    ),
    "ainda_nao": (
        AINDA_NAO,
        SituacaoProtocolo(numero_protocolo="99", numero_lote=None, situacao="5"),
    ),
    "fault_1_1": (
        FALHA_1_1,
        FalhaSoap(tiss_fault="HashInvalido", codigo="s:Server", texto="não deu"),
    ),
    "fault_1_2": (FALHA_1_2, FalhaSoap(tiss_fault=None, codigo="s:Receiver", texto="não deu")),
}
PROTOCOLO = ProtocoloAnalisado(
    numero_protocolo="99",
    numero_lote="42",
    situacao="3",
    motivos=(Motivo(codigo="1104", descricao="soma"),),
    guias=(
        GuiaAnalisada(
            numero_guia_prestador="1",
            situacao="6",
            motivos=(Motivo(codigo="99ZZ"), Motivo(codigo="1001", descricao="carteira")),
            itens=(
                ItemAnalisado(
                    sequencial_item=2,
                    valor_informado=Decimal("10.5"),
                    valor_liberado=Decimal("0.5"),
                    motivos=(
                        Motivo(codigo="1705", valor=Decimal(10)),
                        Motivo(codigo="1801", valor=Decimal(10)),
                    ),
                ),
                ItemAnalisado(
                    sequencial_item=1, valor_informado=None, valor_liberado=None, motivos=()
                ),
            ),
            valor_informado=Decimal(100),
            valor_processado=Decimal(95),
            valor_liberado=Decimal(90),
        ),
        GuiaAnalisada(
            numero_guia_prestador="2",
            situacao="3",  # of its protocolo, for want of its own
            motivos=(),
            itens=(),
            valor_informado=None,
            valor_processado=None,
            valor_liberado=None,
        ),
    ),
)


def em_arquivo(corpo: str) -> str:
    return (
        f'<mensagemTISS xmlns="{NAMESPACE}"><cabecalho><Padrao>4.03.00</Padrao></cabecalho>'
        f"<operadoraParaPrestador>{corpo}</operadoraParaPrestador>"
        "<epilogo><hash>0</hash></epilogo></mensagemTISS>"
    )


def em_ws(corpo: str) -> str:
    return f'<qualquerWS xmlns="{NAMESPACE}"><cabecalho/>{corpo}<hash>0</hash></qualquerWS>'


def sem_namespace(corpo: str) -> str:
    return f"<qualquerWS>{corpo}</qualquerWS>"


def em_soap(xml: str, espaco: str, prefixo: str = "soap") -> str:
    return (
        f'<{prefixo}:Envelope xmlns:{prefixo}="{espaco}"><{prefixo}:Header/>'
        f"<{prefixo}:Body>{xml}</{prefixo}:Body></{prefixo}:Envelope>"
    )


FORMAS: dict[str, Callable[[str], str]] = {
    "arquivo": em_arquivo,
    "ws": em_ws,
    "soap_1_1": lambda corpo: em_soap(em_ws(corpo), SOAP_1_1),
    "soap_1_2": lambda corpo: em_soap(em_ws(corpo), SOAP_1_2, "env"),
    "arquivo_em_soap": lambda corpo: em_soap(em_arquivo(corpo), SOAP_1_1, "S"),
    "sem_namespace": sem_namespace,
}


def com_prefixo(xml: str, prefixo: str) -> bytes:
    """The same document with another prefix for the elements of TISS."""
    raiz = etree.fromstring(xml)
    nova = etree.Element(raiz.tag, nsmap={prefixo or None: NAMESPACE})
    nova.extend(raiz)
    etree.cleanup_namespaces(nova)
    return etree.tostring(nova)


# every kind, in every form


@pytest.mark.parametrize("forma", FORMAS)
@pytest.mark.parametrize("nome", LIDAS)
@pytest.mark.parametrize("codificacao", ["ISO-8859-1", "UTF-8", "UTF-16"])
def test_answer_is_understood_in_every_form_and_encoding(
    nome: str, forma: str, codificacao: str
) -> None:
    corpo, esperada = LIDAS[nome]
    xml = f'<?xml version="1.0" encoding="{codificacao}"?>{FORMAS[forma](corpo)}'
    assert ler(xml.encode(codificacao)) == esperada


@pytest.mark.parametrize("forma", FORMAS)
def test_demonstrativo_is_understood_in_every_form(forma: str) -> None:
    corpo = FORMAS[forma](DEMONSTRATIVO).encode()
    lidos = ler(corpo)
    assert isinstance(lidos, Demonstrativos)
    (demonstrativo,) = lidos.lista
    assert demonstrativo.protocolos == (PROTOCOLO,)
    ordem = demonstrativo.ordem
    assert (ordem.data_emissao, ordem.numero) == (date(2026, 4, 1), "D1")
    assert ordem.sha256 == hashlib.sha256(corpo).hexdigest()


@pytest.mark.parametrize("prefixo", ["", "ans", "ns2", "tiss"])
@pytest.mark.parametrize("nome", ["recebimento", "erro", "situacao", "ainda_nao"])
def test_prefix_of_the_elements_means_nothing(nome: str, prefixo: str) -> None:
    corpo, esperada = LIDAS[nome]
    assert ler(com_prefixo(em_arquivo(corpo), prefixo)) == esperada


AMOSTRAS: dict[str, Resposta | type[Resposta]] = {
    "recebimentoLote": Recebimento(
        numero_lote="1", numero_protocolo="1", prestador="1", guias=("1",)
    ),
    "recebimentoLote_mensagemErro": Recusa(codigo="1001", descricao=None),
    "situacaoProtocolo": SituacaoProtocolo(numero_protocolo="1", numero_lote="1", situacao="1"),
    "situacaoDemonstrativoRetorno": SituacaoProtocolo(
        numero_protocolo="1", numero_lote=None, situacao="1"
    ),
    "demonstrativoAnaliseConta": Demonstrativos,
    "WS_protocoloRecebimentoWS": Recusa(codigo="1001", descricao=None),
    "WS_situacaoProtocoloWS": Recusa(codigo="1001", descricao=None),
    "WS_demonstrativoRetornoWS": Recusa(codigo="1001", descricao=None),
    "WS_tissFaultWS": FalhaSoap(tiss_fault="DestinatarioInvalido", codigo="", texto=""),
}


@pytest.mark.parametrize("nome", AMOSTRAS)
@pytest.mark.parametrize("envelope", [None, SOAP_1_1, SOAP_1_2])
def test_sample_messages_are_understood(nome: str, envelope: str | None, amostras: Path) -> None:
    corpo = (amostras / f"{nome}.min.xml").read_bytes()
    if envelope is not None:
        corpo = em_soap(etree.tostring(etree.fromstring(corpo)).decode(), envelope).encode()
    lida, esperada = ler(corpo), AMOSTRAS[nome]
    assert lida == esperada or (isinstance(esperada, type) and isinstance(lida, esperada))


def test_every_other_sample_is_no_answer_to_us_and_does_no_harm(amostras: Path) -> None:
    for arquivo in amostras.glob("*.xml"):
        assert tipos_certos(ler(arquivo.read_bytes())), arquivo.name


# what beats what


def test_protocolo_beats_whatever_refusal_comes_with_it() -> None:
    falha = "<cabecalho><falhaNegocio>5001</falhaNegocio></cabecalho>"
    for corpo in (falha + RECEBIMENTO, ERRO + RECEBIMENTO, RECEBIMENTO + ERRO):
        assert ler(em_ws(corpo).encode()) == LIDAS["recebimento"][1]


def test_refusal_may_stand_in_the_cabecalho() -> None:
    corpo = "<cabecalho><falhaNegocio> 1308 </falhaNegocio></cabecalho>"
    assert ler(em_ws(corpo).encode()) == Recusa(codigo="1308", descricao=None)


def test_empty_failure_in_the_cabecalho_is_none() -> None:
    corpo = f"<cabecalho><falhaNegocio> </falhaNegocio></cabecalho>{SITUACAO}"
    assert ler(em_ws(corpo).encode()) == LIDAS["situacao"][1]


def test_fault_without_envelope_is_still_a_fault() -> None:
    xml = f'<x:tissFaultWS xmlns:x="{NAMESPACE}"><x:tissFault>LoginInvalido</x:tissFault>'
    lida = ler(f"{xml}</x:tissFaultWS>".encode())
    assert isinstance(lida, FalhaSoap)
    assert lida.tiss_fault == "LoginInvalido"


def test_protocolo_without_number_proves_nothing() -> None:
    sem = RECEBIMENTO.replace("<numeroProtocolo>00099X</numeroProtocolo>", "<numeroProtocolo/>")
    assert ler(em_ws(sem).encode()) == Ilegivel(motivo="protocolo de recebimento sem número")
    assert ler(em_ws(sem + ERRO).encode()) == LIDAS["erro"][1]


def test_situation_or_date_that_is_missing_makes_the_answer_unreadable() -> None:
    sem = SITUACAO.replace("<statusProtocolo>2</statusProtocolo>", "")
    assert isinstance(ler(em_ws(sem).encode()), Ilegivel)
    for ruim in ("", "<dataEmissao>01/04/2026</dataEmissao>", "<dataEmissao/>"):
        corpo = DEMONSTRATIVO.replace("<dataEmissao>2026-04-01</dataEmissao>", ruim)
        assert ler(em_ws(corpo).encode()) == Ilegivel(motivo="demonstrativo sem data de emissão")


def test_refusal_without_code_or_text_is_a_refusal() -> None:
    assert ler(em_ws("<mensagemErro/>").encode()) == Recusa(codigo="", descricao=None)


def test_several_demonstrativos_of_one_answer_are_all_read() -> None:
    lidos = ler(em_ws(DEMONSTRATIVO + DEMONSTRATIVO.replace("D1", "D2")).encode())
    assert isinstance(lidos, Demonstrativos)
    assert [demonstrativo.ordem.numero for demonstrativo in lidos.lista] == ["D1", "D2"]


# values as the field writes them


def analisada(de: str, para: str) -> GuiaAnalisada:
    assert de in DEMONSTRATIVO
    lidos = ler(em_ws(DEMONSTRATIVO.replace(de, para)).encode())
    assert isinstance(lidos, Demonstrativos)
    return lidos.lista[0].protocolos[0].guias[0]


@pytest.mark.parametrize(
    ("escrito", "lido"),
    [
        ("90", "90"),
        ("90.0", "90"),
        ("90,00", "90"),
        (" 90.00 ", "90"),
        ("+90.00", "90"),
        ("-0.01", "-0.01"),
        ("90.", "90"),
        (".9", "0.9"),
        ("999999999.99", "999999999.99"),
        ("1000000000.00", None),  # beyond every field of the standard, and of our tables
        ("1E5", None),
        ("1E+999999999999", None),
        ("9" * 5000, None),
        ("1_000", None),
        ("1.000,00", None),
        ("R$ 90", None),
        ("NaN", None),
        ("Infinity", None),
        ("٩٠", None),
        (".", None),
        ("-", None),
        ("", None),
    ],
)
def test_money_is_read_as_a_plain_decimal_or_not_at_all(escrito: str, lido: str | None) -> None:
    guia = analisada(">90.00<", f">{escrito}<")
    assert guia.valor_liberado == (None if lido is None else Decimal(lido))


@pytest.mark.parametrize(
    ("escrito", "lido"),
    [("0002", 2), ("2.0", 2), ("1E+999999999", None), ("x", None), ("9999999999", None)],
)
def test_item_number_is_a_number_that_our_tables_hold(escrito: str, lido: int | None) -> None:
    assert analisada(">0002<", f">{escrito}<").itens[0].sequencial_item == lido


@pytest.mark.parametrize(
    "escrita",
    ["2026-04-01", "2026-04-01-03:00", "2026-04-01Z", "2026-04-01T10:00:00.1234567-03:00"],
)
def test_date_may_carry_a_zone_or_a_time(escrita: str) -> None:
    lidos = ler(em_ws(DEMONSTRATIVO.replace("2026-04-01", escrita)).encode())
    assert isinstance(lidos, Demonstrativos)
    assert lidos.lista[0].ordem.data_emissao == date(2026, 4, 1)


@pytest.mark.parametrize(
    ("escrito", "lido"), [("42", "42"), ("000042", "42"), ("000", "000"), ("A042", "A042")]
)
def test_lote_number_loses_leading_zeros_and_the_protocolo_keeps_them(
    escrito: str, lido: str
) -> None:
    corpo = RECEBIMENTO.replace(">42<", f">{escrito}<")
    recebimento = ler(em_ws(corpo).encode())
    assert isinstance(recebimento, Recebimento)
    assert (recebimento.numero_lote, recebimento.numero_protocolo) == (lido, "00099X")


def test_comments_and_cdata_inside_a_value_do_not_cut_it() -> None:
    corpo = RECEBIMENTO.replace("00099X", "00<!-- a -->0<![CDATA[99]]><?b c?>X")
    assert ler(em_ws(corpo).encode()) == LIDAS["recebimento"][1]


def test_elements_out_of_order_say_the_same() -> None:
    raiz = etree.fromstring(em_ws(DEMONSTRATIVO))
    for elemento in raiz.iter("{*}relacaoGuias", "{*}detalhesGuia", "{*}dadosProtocolo"):
        motivos = [e for e in elemento if "otivo" in e.tag or "relacao" in e.tag]
        outros = [e for e in elemento if e not in motivos]
        elemento[:] = [*reversed(outros), *motivos]
    lidos = ler(etree.tostring(raiz))
    assert isinstance(lidos, Demonstrativos)
    guias = {guia.numero_guia_prestador: guia for guia in lidos.lista[0].protocolos[0].guias}
    esperadas = {guia.numero_guia_prestador: guia for guia in PROTOCOLO.guias}
    assert guias["2"] == esperadas["2"]
    assert set(guias["1"].itens) == set(esperadas["1"].itens)


# broken bytes


@pytest.mark.parametrize(
    ("declaracao", "bytes_em"),
    [(UTF8, "iso-8859-1"), ("", "iso-8859-1"), ('<?xml version="1.0"?>', "iso-8859-1")],
)
def test_latin_1_bytes_under_another_declaration_are_read(declaracao: str, bytes_em: str) -> None:
    assert ler(f"{declaracao}{em_ws(ERRO)}".encode(bytes_em)) == LIDAS["erro"][1]


def test_utf_8_bytes_under_a_latin_1_declaration_are_read_with_their_accents_mangled() -> None:
    assert ler(f"{LATIN}{em_ws(ERRO)}".encode()) == Recusa(
        codigo="5001", descricao="Mensagem invÃ¡lida"
    )


def test_blanks_and_a_byte_order_mark_before_the_declaration_do_not_matter() -> None:
    assert ler(f"\r\n  {UTF8}{em_ws(ERRO)}\n".encode()) == LIDAS["erro"][1]
    assert ler(b"\xef\xbb\xbf" + f"{UTF8}{em_ws(ERRO)}".encode()) == LIDAS["erro"][1]


@pytest.mark.parametrize(
    "corpo",
    [
        b"",
        b" \n",
        b"\x00",
        b"OK",
        b"<",
        b"<html><body>Bad gateway<br></body></html>",
        b"<!DOCTYPE html><html/>",
        b"<html xmlns='http://www.w3.org/1999/xhtml'><body/></html>",
        b'{"protocolo": 1}',
        b"\x1f\x8b\x08\x00gzip",
        b"\xff\xfe<\x00",
        b'<?xml version="1.0" encoding="nenhuma"?><a>\xe1</a>',
        b'<?xml version="1.0"?><?xml version="1.0" encoding="utf-8"?><a>\xe1</a>',
        b"<a>" * 300 + b"</a>" * 300,
        b"<a x='1' x='2'/>",
        b"<a>&nada;</a>",
        b"<a>&#0;</a>",
        em_ws(SITUACAO).encode()[:-1],
    ],
)
def test_what_is_no_answer_is_unreadable_with_a_reason_that_quotes_nothing(corpo: bytes) -> None:
    lida = ler(corpo)
    assert isinstance(lida, Ilegivel)
    assert lida.motivo.startswith(
        ("não é XML", "não é uma resposta TISS", "a resposta traz uma DTD")
    )


def test_truncated_answer_is_never_taken_for_a_whole_one() -> None:
    inteira = em_soap(em_ws(RECEBIMENTO), SOAP_1_1).encode()
    assert isinstance(ler(inteira), Recebimento)
    for tamanho in range(len(inteira)):
        assert isinstance(ler(inteira[:tamanho]), Ilegivel)


def test_answer_beyond_the_size_limit_is_not_parsed() -> None:
    lida = ler(b" " * (TAMANHO_MAXIMO + 1))
    assert lida == Ilegivel(motivo=f"resposta de {TAMANHO_MAXIMO + 1} bytes, maior que o limite")


# entities


def test_external_entity_is_never_read(tmp_path: Path) -> None:
    segredo = tmp_path / "segredo"
    segredo.write_text("SEGREDO")
    for alvo in (segredo.as_uri(), "http://127.0.0.1:1/x"):
        for declaracao in (f'<!ENTITY x SYSTEM "{alvo}">', f'<!ENTITY % x SYSTEM "{alvo}"> %x;'):
            corpo = em_ws(ERRO.replace("5001", "&x;" if "%" not in declaracao else "5001"))
            lida = ler(f"<!DOCTYPE a [{declaracao}]>{corpo}".encode())
            assert isinstance(lida, Ilegivel)
            assert "SEGREDO" not in repr(lida)


def test_external_dtd_is_never_loaded(tmp_path: Path) -> None:
    dtd = tmp_path / "a.dtd"
    dtd.write_text('<!ENTITY x "SEGREDO">')
    corpo = f'<!DOCTYPE a SYSTEM "{dtd.as_uri()}">{em_ws(ERRO.replace("5001", "&x;"))}'
    assert isinstance(ler(corpo.encode()), Ilegivel)


@pytest.mark.parametrize("onde", ["<a>&j;</a>", '<a b="&j;"/>'])
def test_entity_bomb_does_not_go_off(onde: str) -> None:
    bomba = '<!ENTITY a "aaaaaaaaaa">'
    bomba += "".join(
        f'<!ENTITY {nome} "{f"&{anterior};" * 10}">'
        for anterior, nome in zip("abcdefghi", "bcdefghij", strict=True)
    )
    assert isinstance(ler(f"<!DOCTYPE a [{bomba}]>{onde}".encode()), Ilegivel)


def test_xinclude_is_only_an_unknown_element(tmp_path: Path) -> None:
    segredo = tmp_path / "segredo"
    segredo.write_text("SEGREDO")
    inclusao = (
        f'<i:include xmlns:i="http://www.w3.org/2001/XInclude" href="{segredo}" parse="text"/>'
    )
    lida = ler(em_ws(ERRO.replace("5001", inclusao)).encode())
    assert lida == Recusa(codigo="", descricao="Mensagem inválida")


# anything at all


def tipos_certos(dado: object) -> bool:
    """Whether every field of an answer holds what its annotation promises."""
    if not is_dataclass(dado):
        return True
    anotados = get_type_hints(type(dado))
    return all(_e_um(getattr(dado, campo.name), anotados[campo.name]) for campo in fields(dado))


def _e_um(valor: object, tipo: object) -> bool:
    if isinstance(tipo, UnionType):
        return any(_e_um(valor, um) for um in get_args(tipo))
    if get_origin(tipo) is tuple:
        return type(valor) is tuple and all(_e_um(parte, get_args(tipo)[0]) for parte in valor)
    return type(valor) is tipo and tipos_certos(valor)


VALIDAS = [
    forma(corpo).encode(codificacao)
    for corpo in (RECEBIMENTO, ERRO, SITUACAO, AINDA_NAO, DEMONSTRATIVO, FALHA_1_1, FALHA_1_2)
    for forma in FORMAS.values()
    for codificacao in ("utf-8", "iso-8859-1")
]
PEDACO = st.binary(max_size=12) | st.sampled_from(
    [b"<", b">", b"&", b"]]>", b"<!--", b"<!DOCTYPE a []>", b"<?xml?>", b"1E+99999999", b"\x00",
     b"</ns:a>", b"<numeroProtocolo>", b"\xff\xfe", b"9999999999999999999.99"]
)  # fmt: skip


@st.composite
def mutiladas(draw: st.DrawFn) -> bytes:
    """A valid answer with some stretches of it cut out, doubled or overwritten."""
    corpo = draw(st.sampled_from(VALIDAS))
    for _ in range(draw(st.integers(0, 4))):
        inicio = draw(st.integers(0, len(corpo)))
        fim = min(len(corpo), inicio + draw(st.integers(0, 40)))
        novo = draw(PEDACO | st.just(corpo[inicio:fim] * 2))
        corpo = corpo[:inicio] + novo + corpo[fim:]
    return corpo


@settings(max_examples=1000)
@given(mutiladas())
def test_damaged_answers_never_raise_and_never_yield_a_wrong_type(corpo: bytes) -> None:
    lida = ler(corpo)
    assert isinstance(lida, Resposta)
    assert tipos_certos(lida)


@given(st.binary() | st.text().map(str.encode))
def test_arbitrary_bytes_are_unreadable(corpo: bytes) -> None:
    assert isinstance(ler(corpo), Ilegivel)


VALORES = st.text(
    st.characters(codec="utf-8", exclude_characters="<&", exclude_categories=["Cc", "Cn"])
) | st.sampled_from(["1E+99999999", "-", "NaN", "9" * 400, "2026-13-01", "0" * 30])


@settings(max_examples=300)
@given(st.sampled_from([RECEBIMENTO, SITUACAO, AINDA_NAO, DEMONSTRATIVO, ERRO]), st.data())
def test_any_value_in_any_leaf_is_taken_or_left(corpo: str, data: st.DataObject) -> None:
    raiz = etree.fromstring(em_ws(corpo))
    folhas = [elemento for elemento in raiz.iter() if len(elemento) == 0]
    for folha in data.draw(st.lists(st.sampled_from(folhas), max_size=5)):
        valor = data.draw(VALORES)
        try:
            folha.text = valor
        except ValueError:  # not a character of XML
            continue
    assert tipos_certos(ler(etree.tostring(raiz)))
