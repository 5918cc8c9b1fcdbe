"""Every key of a file: its column, the values that it takes, what it is when it is left out."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta

from tiss.domain.cadastro import Operacao
from tiss.domain.canal import Canal
from tiss.domain.documentos import cnpj_valido, cpf_valido
from tiss.domain.fichas.formas import (
    DATA,
    DIAS_DA_SEMANA,
    HORA,
    LOGICO,
    Forma,
    duracao,
    inteiro,
    mapa,
    objeto,
    opcao,
    padrao,
    texto,
)
from tiss.domain.regras import Acao

# As tiss.endereco_seguro has it: in clear only inside one machine.
_SEGURO = re.compile(
    r"https://[^/@\s]+(/\S*)?|http://(127\.0\.0\.1|localhost|\[::1\])(:\d+)?(/\S*)?"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Campo:
    """A key of a file. chave: with the tables that it stands in, as lote.max_guias.

    padrao: of the column when the key is left out, None for null. exigido: it has none. de_inicio:
    asked for when a contrato begins; left out later, it stays as it is in the database.
    """

    chave: str
    coluna: str
    forma: Forma
    padrao: object = None
    exigido: bool = False
    de_inicio: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Tabela:
    """What is registered under one name. chave: the columns that tell one from another."""

    nome: str
    chave: tuple[str, ...]
    campos: tuple[Campo, ...]


def _campo(
    chave: str,
    forma: Forma,
    valor: object = None,
    *,
    coluna: str = "",
    exigido: bool = False,
    de_inicio: bool = False,
) -> Campo:
    return Campo(
        chave=chave,
        coluna=coluna or chave.rpartition(".")[2],
        forma=forma,
        padrao=valor,
        exigido=exigido,
        de_inicio=de_inicio,
    )


def _servico(valor: str) -> object:
    return valor.strip() and ("://" not in valor or _SEGURO.fullmatch(valor))


_TEXTO = texto()
_REGISTRO_ANS = padrao('o registro ANS, 6 algarismos entre aspas, como "123456"', r"[0-9]{6}")
_CONEXAO = padrao("o nome de uma conexão do Airflow", r"\S{1,250}")
_CODIFICACAO = opcao(("ISO-8859-1", "UTF-8"))
_SERVICOS = objeto(
    {
        operacao: texto(
            "um endereço, https ou relativo a url_base, sem usuário nem senha", _servico
        )
        for operacao in Operacao
    }
)
_REST = objeto(
    {
        "corpo": opcao(("ARQUIVO", "WS")),
        "content_type": _TEXTO,
        "cabecalhos": mapa(_TEXTO),
        "resposta": opcao(("XML", "JSON")),
        "campo_resposta": _TEXTO,
        "formato_data": _TEXTO,
    }
)

PRESTADOR = Tabela(
    "prestador",
    ("clinica_id",),
    (
        _campo("clinica_id", _TEXTO, exigido=True),
        _campo("nome", _TEXTO, exigido=True),
        _campo("cnpj", texto("um CNPJ que existe, 14 posições sem pontos nem barra", cnpj_valido)),
        _campo("cpf", texto("um CPF que existe, 11 algarismos sem pontos", cpf_valido)),
        _campo("cnes", padrao("o CNES, 7 algarismos entre aspas", r"[0-9]{7}"), "9999999"),
    ),
)

OPERADORA = Tabela(
    "operadora",
    ("registro_ans",),
    (
        _campo("registro_ans", _REGISTRO_ANS, exigido=True),
        _campo("nome", _TEXTO, exigido=True),
        _campo("max_envios_simultaneos", inteiro(1, 128)),
    ),
)

CONTRATO = Tabela(
    "contrato",
    ("clinica_id", "registro_ans", "ambiente"),
    (
        _campo("prestador", _TEXTO, coluna="clinica_id", exigido=True),
        _campo("operadora", _REGISTRO_ANS, coluna="registro_ans", exigido=True),
        _campo("ambiente", opcao(("HOMOLOGACAO", "PRODUCAO")), exigido=True),
        _campo(
            "versao_tiss",
            padrao('uma versão como "4.03.00"', r"[0-9]\.[0-9]{2}\.[0-9]{2}"),
            "4.03.00",
        ),
        _campo(
            "codigo_prestador",
            texto("texto de 1 a 14 caracteres", lambda valor: valor.strip() and len(valor) < 15),
        ),
        _campo("faturar_a_partir_de", DATA, de_inicio=True),
        _campo("proximo_numero_lote", inteiro(1, 999_999_999_999), de_inicio=True),
        _campo("proximo_numero_guia", inteiro(1, 2**63 - 1), de_inicio=True),
        _campo("tipo_api", opcao(("SOAP", "REST", "AMBOS", "MANUAL")), "SOAP"),
        _campo("canal_preferido", opcao(tuple(Canal)), "SOAP"),
        _campo(
            "url_base",
            texto(
                "um endereço https, ou http desta máquina, sem usuário nem senha", _SEGURO.fullmatch
            ),
        ),
        _campo(
            "tipo_autenticacao",
            opcao(("NENHUMA", "BASIC_AUTH", "JWT", "OAUTH2", "CERTIFICADO_DIGITAL")),
            exigido=True,
        ),
        _campo("envia_login_senha", LOGICO, False),
        _campo("credencial", _CONEXAO),
        _campo("assinatura", _CONEXAO),
        _campo("envio", opcao(("AUTOMATICO", "CONFERENCIA")), "AUTOMATICO"),
        _campo("dias_para_faturar", inteiro(1, 3650)),
        _campo("fuso", _TEXTO, "America/Sao_Paulo"),
        _campo("servicos_soap", _SERVICOS, {}),
        _campo("servicos_rest", _SERVICOS, {}),
        _campo("rest", _REST, {}),
        _campo("politica_assinatura", objeto({"oid": _TEXTO, "digest": _TEXTO, "url": _TEXTO})),
        _campo("lote.max_guias", inteiro(1, 100), 100),
        _campo("lote.max_envios_simultaneos", inteiro(1, 32), 2),
        _campo("lote.intervalo_envios", duracao(timedelta(seconds=60)), timedelta(0)),
        _campo(
            "lote.modelo_nome_arquivo",
            padrao(
                "um nome de arquivo: letras sem acento, algarismos, _ . - e ${campos}",
                r"[A-Za-z0-9_.${}-]+",
            ),
            "${registro_ans}_${numero_lote_12}.xml",
        ),
        _campo("texto.ascii_somente", LOGICO, True),
        _campo("texto.maiusculas", LOGICO, False),
        _campo("texto.codificacao_envio", _CODIFICACAO, "ISO-8859-1"),
        _campo("texto.codificacao_hash", _CODIFICACAO, "ISO-8859-1"),
        _campo("texto.hash_maiusculo", LOGICO, False),
        _campo("regras", mapa(opcao(tuple(Acao))), {}),
        _campo("entrega.das", HORA, coluna="entrega_das"),
        _campo("entrega.ate", HORA, coluna="entrega_ate"),
        _campo("entrega.dias_da_semana", DIAS_DA_SEMANA, coluna="entrega_dias_da_semana"),
        _campo("entrega.do_dia", inteiro(1, 31), coluna="entrega_do_dia"),
        _campo("entrega.ao_dia", inteiro(1, 31), coluna="entrega_ao_dia"),
        _campo(
            "duvida.politica", opcao(("PESSOA", "CANCELAMENTO")), "PESSOA", coluna="politica_duvida"
        ),
        _campo("duvida.quarentena", duracao(timedelta(365)), timedelta(hours=2)),
        _campo("duvida.deduplica", LOGICO, False),
        _campo("duvida.reusa_numero", LOGICO, False),
        _campo("duvida.cancela_por", opcao(("LOTE", "GUIA")), "LOTE"),
        _campo(
            "consulta.a_cada",
            duracao(timedelta(days=7)),
            timedelta(hours=1),
            coluna="consulta_a_cada",
        ),
        _campo("consulta.protocolos", inteiro(1, 30), 30, coluna="protocolos_por_consulta"),
        _campo("consulta.dias_para_pagar", inteiro(0, 3650), coluna="dias_para_pagar"),
        _campo("recurso.dias", inteiro(1, 3650), coluna="dias_para_recorrer"),
        _campo("rede.segundos_conexao", inteiro(1, 60), 10),
        _campo("rede.segundos_resposta", inteiro(1, 600), 60),
        _campo("rede.segundos_total", inteiro(1, 660), 120),
        _campo("rede.resposta_maxima_mb", inteiro(1, 512), 64),
        _campo("rede.comprime", LOGICO, False),
        _campo(
            "rede.proxy",
            padrao("http://servidor:porta, sem usuário nem senha", r"https?://[^/@\s]+"),
        ),
        _campo(
            "rede.autoridade_certificadora",
            texto(
                "um certificado em PEM, com BEGIN CERTIFICATE",
                lambda valor: "-----BEGIN CERTIFICATE-----" in valor,
            ),
        ),
    ),
)

TABELAS = (PRESTADOR, OPERADORA, CONTRATO)
