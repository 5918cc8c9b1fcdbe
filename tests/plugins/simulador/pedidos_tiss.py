"""Writes requests for the tests of the simulator, independently of the product's builders."""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Iterable
from decimal import Decimal
from xml.sax.saxutils import escape

from lxml import etree

NS = "http://www.ans.gov.br/padroes/tiss/schemas"
SOAP = "http://schemas.xmlsoap.org/soap/envelope/"
ONTEM = (datetime.date.today() - datetime.timedelta(days=1)).isoformat()
AMANHA = (datetime.date.today() + datetime.timedelta(days=2)).isoformat()

Valor = str | list[tuple[str, "Valor"]]
Arvore = list[tuple[str, Valor]]


def folhas(arvore: Iterable[tuple[str, Valor]]) -> str:
    return "".join(v if isinstance(v, str) else folhas(v) for _, v in arvore)


def xml(arvore: Iterable[tuple[str, Valor]]) -> str:
    return "".join(
        f"<ans:{n}>{_escapado(v) if isinstance(v, str) else xml(v)}</ans:{n}>" for n, v in arvore
    )


def _escapado(valor: str) -> str:
    return escape(valor, {"\r": "&#13;"})


def envelope(conteudo: str, encoding: str = "ISO-8859-1") -> bytes:
    return (
        f'<?xml version="1.0" encoding="{encoding}"?>'
        f'<s:Envelope xmlns:s="{SOAP}"><s:Body>{conteudo}</s:Body></s:Envelope>'
    ).encode(encoding)


def mensagem(
    raiz: str, arvore: Arvore, *, hash_: str | None = None, encoding: str = "ISO-8859-1"
) -> bytes:
    calculado = hashlib.md5(folhas(arvore).encode("ISO-8859-1", "replace")).hexdigest()
    completa = [*arvore, ("hash", calculado if hash_ is None else hash_)]
    return envelope(f'<ans:{raiz} xmlns:ans="{NS}">{xml(completa)}</ans:{raiz}>', encoding)


def como_ws(pedido: bytes) -> bytes:
    """Return what is in the envelope of a request."""
    return etree.tostring(_conteudo(pedido), encoding="ISO-8859-1")


def como_arquivo(pedido: bytes, nome: str | None = None) -> bytes:
    """Return a request as mensagemTISS; nome: of the body, where it is not that of the *WS."""
    cabecalho, corpo, hash_ = _conteudo(pedido)
    raiz, parte, epilogo = (
        etree.Element(f"{{{NS}}}{tag}")
        for tag in ("mensagemTISS", "prestadorParaOperadora", "epilogo")
    )
    if nome:
        corpo.tag = f"{{{NS}}}{nome}"
    parte.append(corpo)
    epilogo.append(hash_)
    raiz.extend([cabecalho, parte, epilogo])
    return etree.tostring(raiz, encoding="ISO-8859-1")


def _conteudo(pedido: bytes) -> etree._Element:
    return etree.fromstring(pedido)[0][0]


def cabecalho(
    transacao: str,
    *,
    prestador: str = "P1",
    registro_ans: str = "999001",
    padrao: str = "4.03.00",
    cnpj: str | None = None,
    login: tuple[str, str] | None = None,
) -> tuple[str, Valor]:
    identificacao = ("CNPJ", cnpj) if cnpj else ("codigoPrestadorNaOperadora", prestador)
    campos: Arvore = [
        (
            "identificacaoTransacao",
            [
                ("tipoTransacao", transacao),
                ("sequencialTransacao", "1"),
                ("dataRegistroTransacao", ONTEM),
                ("horaRegistroTransacao", "10:00:00"),
            ],
        ),
        ("origem", [("identificacaoPrestador", [identificacao])]),
        ("destino", [("registroANS", registro_ans)]),
        ("Padrao", padrao),
    ]
    if login:
        campos.append(
            ("loginSenhaPrestador", [("loginPrestador", login[0]), ("senhaPrestador", login[1])])
        )
    return ("cabecalho", campos)


def consulta(
    numero: str,
    *,
    carteira: str = "123456789",
    valor: str = "150.00",
    codigo: str = "10101012",
    data: str = ONTEM,
    registro_ans: str = "999001",
    executante: tuple[str, str] = ("codigoPrestadorNaOperadora", "P1"),
    numero_operadora: str | None = None,
    observacao: str | None = None,
) -> tuple[str, Valor]:
    campos: Arvore = [
        (
            "cabecalhoConsulta",
            [("registroANS", registro_ans), ("numeroGuiaPrestador", numero)],
        ),
        *([("numeroGuiaOperadora", numero_operadora)] if numero_operadora else []),
        ("dadosBeneficiario", [("numeroCarteira", carteira), ("atendimentoRN", "N")]),
        ("contratadoExecutante", [executante, ("CNES", "9999999")]),
        (
            "profissionalExecutante",
            [
                ("conselhoProfissional", "06"),
                ("numeroConselhoProfissional", "12345"),
                ("UF", "35"),
                ("CBOS", "225125"),
            ],
        ),
        ("indicacaoAcidente", "9"),
        (
            "dadosAtendimento",
            [
                ("regimeAtendimento", "01"),
                ("dataAtendimento", data),
                ("tipoConsulta", "1"),
                (
                    "procedimento",
                    [
                        ("codigoTabela", "22"),
                        ("codigoProcedimento", codigo),
                        ("valorProcedimento", valor),
                    ],
                ),
            ],
        ),
        *([("observacao", observacao)] if observacao else []),
    ]
    return ("guiaConsulta", campos)


def item(
    codigo: str,
    unitario: str,
    *,
    sequencial: int = 1,
    quantidade: int = 1,
    fator: str = "1.00",
    total: str | None = None,
    data: str = ONTEM,
) -> Arvore:
    calculado = f"{Decimal(unitario) * quantidade * Decimal(fator):.2f}"
    return [
        ("sequencialItem", str(sequencial)),
        ("dataExecucao", data),
        (
            "procedimento",
            [
                ("codigoTabela", "22"),
                ("codigoProcedimento", codigo),
                ("descricaoProcedimento", "Exame"),
            ],
        ),
        ("quantidadeExecutada", str(quantidade)),
        ("reducaoAcrescimo", fator),
        ("valorUnitario", unitario),
        ("valorTotal", total or calculado),
    ]


def despesa(
    codigo: str, unitario: str, *, sequencial: int, centro_consumo: str | None = None
) -> Valor:
    return [
        ("sequencialItem", str(sequencial)),
        ("codigoDespesa", "03"),
        (
            "servicosExecutados",
            [
                ("dataExecucao", ONTEM),
                ("codigoTabela", "19"),
                ("codigoProcedimento", codigo),
                ("quantidadeExecutada", "1.0000"),
                ("unidadeMedida", "036"),
                ("reducaoAcrescimo", "1.00"),
                ("valorUnitario", unitario),
                ("valorTotal", unitario),
                *([("centroConsumo", centro_consumo)] if centro_consumo else []),
                ("descricaoProcedimento", "Material"),
            ],
        ),
    ]


PROFISSIONAL: Arvore = [
    ("conselhoProfissional", "06"),
    ("numeroConselhoProfissional", "12345"),
    ("UF", "35"),
    ("CBOS", "225125"),
]


def _soma(itens: Iterable[Arvore]) -> Decimal:
    return sum((Decimal(str(dict(item)["valorTotal"])) for item in itens), Decimal())


def sp_sadt(
    numero: str,
    itens: list[Arvore],
    *,
    total: str | None = None,
    carteira: str = "123456789",
    registro_ans: str = "999001",
    despesas: list[Valor] | None = None,
) -> tuple[str, Valor]:
    campos: Arvore = [
        ("cabecalhoGuia", [("registroANS", registro_ans), ("numeroGuiaPrestador", numero)]),
        ("dadosAutorizacao", [("dataAutorizacao", ONTEM), ("senha", "SENHA1")]),
        ("dadosBeneficiario", [("numeroCarteira", carteira), ("atendimentoRN", "N")]),
        (
            "dadosSolicitante",
            [
                ("contratadoSolicitante", [("codigoPrestadorNaOperadora", "P1")]),
                ("nomeContratadoSolicitante", "CLINICA"),
                ("profissionalSolicitante", PROFISSIONAL),
            ],
        ),
        ("dadosSolicitacao", [("caraterAtendimento", "1")]),
        (
            "dadosExecutante",
            [
                ("contratadoExecutante", [("codigoPrestadorNaOperadora", "P1")]),
                ("CNES", "9999999"),
            ],
        ),
        (
            "dadosAtendimento",
            [
                ("tipoAtendimento", "23"),
                ("indicacaoAcidente", "9"),
                ("regimeAtendimento", "01"),
            ],
        ),
    ]
    if itens:
        campos.append(("procedimentosExecutados", [("procedimentoExecutado", i) for i in itens]))
    if despesas:
        campos.append(("outrasDespesas", [("despesa", d) for d in despesas]))
    campos.append(("valorTotal", [("valorTotalGeral", total or f"{_soma(itens):.2f}")]))
    return ("guiaSP-SADT", campos)


def resumo_internacao(
    numero: str,
    itens: list[Arvore],
    *,
    total: str | None = None,
    carteira: str = "123456789",
    registro_ans: str = "999001",
    despesas: list[Valor] | None = None,
    periodo: tuple[str, str] = (ONTEM, ONTEM),
) -> tuple[str, Valor]:
    campos: Arvore = [
        ("cabecalhoGuia", [("registroANS", registro_ans), ("numeroGuiaPrestador", numero)]),
        ("numeroGuiaSolicitacaoInternacao", "INT1"),
        ("dadosAutorizacao", [("dataAutorizacao", ONTEM), ("senha", "SENHA1")]),
        ("dadosBeneficiario", [("numeroCarteira", carteira), ("atendimentoRN", "N")]),
        (
            "dadosExecutante",
            [
                ("contratadoExecutante", [("codigoPrestadorNaOperadora", "P1")]),
                ("CNES", "9999999"),
            ],
        ),
        (
            "dadosInternacao",
            [
                ("caraterAtendimento", "1"),
                ("tipoFaturamento", "4"),
                ("dataInicioFaturamento", periodo[0]),
                ("horaInicioFaturamento", "08:00:00"),
                ("dataFinalFaturamento", periodo[1]),
                ("horaFinalFaturamento", "18:00:00"),
                ("tipoInternacao", "1"),
                ("regimeInternacao", "1"),
            ],
        ),
        ("dadosSaidaInternacao", [("indicadorAcidente", "9"), ("motivoEncerramento", "11")]),
    ]
    if itens:
        campos.append(("procedimentosExecutados", [("procedimentoExecutado", i) for i in itens]))
    campos.append(("valorTotal", [("valorTotalGeral", total or f"{_soma(itens):.2f}")]))
    if despesas:
        campos.append(("outrasDespesas", [("despesa", d) for d in despesas]))
    return ("guiaResumoInternacao", campos)


def honorarios(
    numero: str,
    itens: list[Arvore],
    *,
    total: str | None = None,
    carteira: str = "123456789",
    registro_ans: str = "999001",
    versao: str = "4.03.00",
    executante: str = "P1",
    grau: str = "00",
    periodo: tuple[str, str] = (ONTEM, ONTEM),
) -> tuple[str, Valor]:
    profissional: Valor = [
        ("grauParticipacao", grau),
        ("codProfissional", [("codigoPrestadorNaOperadora", "M1")]),
        ("nomeProfissional", "MEDICO TESTE"),
        ("conselhoProfissional", "06"),
        ("numeroConselhoProfissional", "12345"),
        ("UF", "35"),
        ("CBO", "225125"),
    ]
    internacao: Arvore = [
        ("dataInicioFaturamento", periodo[0]),
        ("dataFimFaturamento", periodo[1]),
    ]
    if versao >= "4.03.00":
        internacao.append(("caraterAtendimento", "1"))
    campos: Arvore = [
        ("cabecalhoGuia", [("registroANS", registro_ans), ("numeroGuiaPrestador", numero)]),
        ("guiaSolicInternacao", "INT1"),
        ("senha", "SENHA1"),
        ("beneficiario", [("numeroCarteira", carteira), ("atendimentoRN", "N")]),
        (
            "localContratado",
            [
                ("codigoContratado", [("codigoNaOperadora", "HOSPITAL1")]),
                ("nomeContratado", "HOSPITAL TESTE"),
                ("cnes", "1234567"),
            ],
        ),
        (
            "dadosContratadoExecutante",
            [("codigonaOperadora", executante), ("cnesContratadoExecutante", "9999999")],
        ),
        ("dadosInternacao", internacao),
        (
            "procedimentosRealizados",
            [("procedimentoRealizado", [*i, ("profissionais", profissional)]) for i in itens],
        ),
        ("valorTotalHonorarios", total or f"{_soma(itens):.2f}"),
        ("dataEmissaoGuia", ONTEM),
    ]
    return ("guiaHonorarios", campos)


def item_odonto(
    codigo: str,
    valor: str,
    *,
    sequencial: int = 1,
    quantidade: int = 1,
    dente: str | None = None,
    regiao: str | None = None,
    face: str | None = None,
) -> Arvore:
    procedimento: Valor = [
        ("codigoTabela", "22"),
        ("codigoProcedimento", codigo),
        ("descricaoProcedimento", "Restauracao"),
    ]
    return [
        ("sequencialItem", str(sequencial)),
        ("procSolic", procedimento),
        *([("denteRegiao", [("codDente", dente)])] if dente else []),
        *([("denteRegiao", [("codRegiao", regiao)])] if regiao else []),
        *([("denteFace", face)] if face else []),
        ("qtdProc", str(quantidade)),
        ("valorProc", valor),
        ("autorizado", "true"),
        ("dataRealizacao", ONTEM),
    ]


def odonto(
    numero: str,
    itens: list[Arvore] | None = None,
    *,
    total: str | None = None,
    carteira: str = "123456789",
    registro_ans: str = "999001",
    executante: str = "P1",
) -> tuple[str, Valor]:
    itens = itens or [item_odonto("81000030", "10.00")]
    soma = sum((Decimal(str(dict(item)["valorProc"])) for item in itens), Decimal())
    profissional: Valor = [
        ("codigoProfExec", executante),
        ("croExec", "1"),
        ("ufExec", "35"),
        ("cnesExec", "9999999"),
        ("cbosExec2", "223208"),
    ]
    campos: Arvore = [
        ("registroANS", registro_ans),
        ("numeroGuiaPrestador", numero),
        ("senhaAutorizacao", "SENHA1"),
        ("dadosBeneficiario", [("numeroCarteira", carteira), ("atendimentoRN", "N")]),
        ("planoBeneficiario", "PLANO"),
        ("dadosProfissionaisResponsaveis", profissional),
        *[("procedimentosExecutados", item) for item in itens],
        ("tipoAtendimento", "1"),
        ("tipoFaturamento", "4"),
        ("valorTotalProc", total or f"{soma:.2f}"),
    ]
    return ("guiaOdonto", campos)


def lote(
    numero: str,
    guias: list[tuple[str, Valor]],
    *,
    transacao: str = "ENVIO_LOTE_GUIAS",
    hash_: str | None = None,
    encoding: str = "ISO-8859-1",
    **cabecalho_: object,
) -> bytes:
    return mensagem(
        "loteGuiasWS",
        [
            cabecalho(transacao, **cabecalho_),  # type: ignore[arg-type]
            ("loteGuias", [("numeroLote", numero), ("guiasTISS", list(guias))]),
        ],
        hash_=hash_,
        encoding=encoding,
    )


def assinatura(nome: str) -> bytes:
    """An XML signature as the XSD wants it; it signs nothing."""
    return (
        f'<ans:{nome} xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:SignedInfo>'
        '<ds:CanonicalizationMethod Algorithm="urn:c"/><ds:SignatureMethod Algorithm="urn:s"/>'
        '<ds:Reference><ds:DigestMethod Algorithm="urn:d"/><ds:DigestValue>AAAA</ds:DigestValue>'
        "</ds:Reference></ds:SignedInfo><ds:SignatureValue>BBBB</ds:SignatureValue></ans:"
        f"{nome}>"
    ).encode()


def pedido_status(protocolo: str, *, prestador: str = "P1", **cabecalho_: object) -> bytes:
    return mensagem(
        "solicitacaoStatusProtocoloWS",
        [
            cabecalho("SOLIC_STATUS_PROTOCOLO", prestador=prestador, **cabecalho_),  # type: ignore[arg-type]
            (
                "solicitacaoStatusProtocolo",
                [
                    ("dadosPrestador", [("codigoPrestadorNaOperadora", prestador)]),
                    ("numeroProtocolo", protocolo),
                ],
            ),
        ],
    )


def pedido_demonstrativo(*protocolos: str, prestador: str = "P1", **cabecalho_: object) -> bytes:
    return _pedido_retorno(
        "demonstrativoAnalise",
        [("protocolos", [("numeroProtocolo", p) for p in protocolos])],
        prestador,
        cabecalho_,
    )


def pedido_pagamento(
    *periodo: tuple[str, Valor],
    odonto: bool = False,
    prestador: str = "P1",
    **cabecalho_: object,
) -> bytes:
    return _pedido_retorno(
        "demonstrativoPagamento",
        [("tipoDemonstrativo", "3" if odonto else "1"), ("periodo", list(periodo))],
        prestador,
        cabecalho_,
    )


def _pedido_retorno(
    nome: str, campos: Arvore, prestador: str, cabecalho_: dict[str, object]
) -> bytes:
    pedido: Arvore = [
        ("dadosPrestador", [("codigoPrestadorNaOperadora", prestador)]),
        ("dataSolicitacao", ONTEM),
        *campos,
    ]
    return mensagem(
        "solicitacaoDemonstrativoRetornoWS",
        [
            cabecalho("SOLIC_DEMONSTRATIVO_RETORNO", prestador=prestador, **cabecalho_),  # type: ignore[arg-type]
            ("solicitacaoDemonstrativoRetorno", [(nome, pedido)]),
        ],
    )


def cancelamento_de_lote(
    numero: str, protocolo: str | None = None, *, prestador: str = "P1", **cabecalho_: object
) -> bytes:
    lote: Arvore = [
        ("numeroLote", numero),
        *([("numeroProtocolo", protocolo)] if protocolo else []),
    ]
    return _cancelamento([("tipoCancelamentoLote", lote)], prestador, cabecalho_)


def cancelamento_de_guias(
    *numeros: str,
    tipo: str = "2",
    numero_operadora: str | None = None,
    protocolo: str | None = None,
    prestador: str = "P1",
    **cabecalho_: object,
) -> bytes:
    guias: Arvore = [
        (
            "tipoCancelamentoGuia",
            [
                ("tipoGuia", tipo),
                ("numeroGuiaPrestador", numero),
                *([("numeroGuiaOperadora", numero_operadora)] if numero_operadora else []),
                *([("numeroProtocolo", protocolo)] if protocolo else []),
            ],
        )
        for numero in numeros
    ]
    return _cancelamento(guias, prestador, cabecalho_)


def _cancelamento(tipo: Arvore, prestador: str, cabecalho_: dict[str, object]) -> bytes:
    pedido: Arvore = [
        ("dadosPrestador", [("codigoPrestadorNaOperadora", prestador)]),
        ("tipoCancelamento", tipo),
    ]
    return mensagem(
        "cancelaGuiaWS",
        [
            cabecalho("CANCELA_GUIA", prestador=prestador, **cabecalho_),  # type: ignore[arg-type]
            ("cancelaGuia", pedido),
        ],
    )
