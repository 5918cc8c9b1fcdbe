"""Writes requests for the tests of the simulator, independently of the product's builders."""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Iterable
from decimal import Decimal
from xml.sax.saxutils import escape

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


def despesa(codigo: str, unitario: str, *, sequencial: int) -> Valor:
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
                ("descricaoProcedimento", "Material"),
            ],
        ),
    ]


def sp_sadt(
    numero: str,
    itens: list[Arvore],
    *,
    total: str | None = None,
    carteira: str = "123456789",
    despesas: list[Valor] | None = None,
) -> tuple[str, Valor]:
    soma = sum((Decimal(dict(i)["valorTotal"]) for i in itens), Decimal())  # type: ignore[arg-type]
    profissional: Valor = [
        ("conselhoProfissional", "06"),
        ("numeroConselhoProfissional", "12345"),
        ("UF", "35"),
        ("CBOS", "225125"),
    ]
    campos: Arvore = [
        ("cabecalhoGuia", [("registroANS", "999001"), ("numeroGuiaPrestador", numero)]),
        ("dadosAutorizacao", [("dataAutorizacao", ONTEM), ("senha", "SENHA1")]),
        ("dadosBeneficiario", [("numeroCarteira", carteira), ("atendimentoRN", "N")]),
        (
            "dadosSolicitante",
            [
                ("contratadoSolicitante", [("codigoPrestadorNaOperadora", "P1")]),
                ("nomeContratadoSolicitante", "CLINICA"),
                ("profissionalSolicitante", profissional),
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
    campos.append(("valorTotal", [("valorTotalGeral", total or f"{soma:.2f}")]))
    return ("guiaSP-SADT", campos)


def odonto(numero: str) -> tuple[str, Valor]:
    profissional: Valor = [
        ("codigoProfExec", "1"),
        ("croExec", "1"),
        ("ufExec", "35"),
        ("cnesExec", "9999999"),
        ("cbosExec2", "223208"),
    ]
    procedimento: Valor = [
        ("codigoTabela", "22"),
        ("codigoProcedimento", "81000030"),
        ("descricaoProcedimento", "Consulta"),
    ]
    executado: Valor = [
        ("sequencialItem", "1"),
        ("procSolic", procedimento),
        ("qtdProc", "1"),
        ("valorProc", "10.00"),
        ("autorizado", "true"),
        ("dataRealizacao", ONTEM),
    ]
    campos: Arvore = [
        ("registroANS", "999001"),
        ("numeroGuiaPrestador", numero),
        ("dadosBeneficiario", [("numeroCarteira", "1"), ("atendimentoRN", "N")]),
        ("planoBeneficiario", "PLANO"),
        ("dadosProfissionaisResponsaveis", profissional),
        ("procedimentosExecutados", executado),
        ("tipoAtendimento", "1"),
        ("tipoFaturamento", "4"),
        ("valorTotalProc", "10.00"),
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


def pedido_demonstrativo(*protocolos: str, prestador: str = "P1") -> bytes:
    return mensagem(
        "solicitacaoDemonstrativoRetornoWS",
        [
            cabecalho("SOLIC_DEMONSTRATIVO_RETORNO", prestador=prestador),
            (
                "solicitacaoDemonstrativoRetorno",
                [
                    (
                        "demonstrativoAnalise",
                        [
                            ("dadosPrestador", [("codigoPrestadorNaOperadora", prestador)]),
                            ("dataSolicitacao", ONTEM),
                            ("protocolos", [("numeroProtocolo", p) for p in protocolos]),
                        ],
                    )
                ],
            ),
        ],
    )
