"""Every key of a file: its column, the values that it takes, what it is when it is left out."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from tiss.domain.cadastro import Operacao
from tiss.domain.canal import Canal
from tiss.domain.documentos import cnpj_valido, cpf_valido
from tiss.domain.fichas.formas import (
    DATA,
    DIAS_DA_SEMANA,
    HORA,
    LOGICO,
    Forma,
    Tipo,
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


class Aba(StrEnum):
    """Where a person finds a key of a contrato on the screen; the value is how it is called."""

    IDENTIFICACAO = "Identificação"
    MENSAGENS = "Mensagens"
    CONEXAO = "Conexão"
    ACESSO = "Acesso"
    LOTES = "Lotes"
    DUVIDA = "Em dúvida"


@dataclass(frozen=True, slots=True, kw_only=True)
class Campo:
    """A key of a file. chave: with the tables that it stands in, as lote.max_guias.

    padrao: of the column when the key is left out, None for null. exigido: it has none. de_inicio:
    asked for when a contrato begins; left out later, it stays as it is in the database. aba,
    rotulo, ajuda: where a person finds it on the screen, how it is called there, what it does.
    """

    chave: str
    coluna: str
    forma: Forma
    padrao: object = None
    exigido: bool = False
    de_inicio: bool = False
    aba: Aba = Aba.IDENTIFICACAO
    rotulo: str = ""
    ajuda: str = ""


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
    aba: Aba = Aba.IDENTIFICACAO,
    rotulo: str = "",
    ajuda: str = "",
) -> Campo:
    return Campo(
        chave=chave,
        coluna=coluna or chave.rpartition(".")[2],
        forma=forma,
        padrao=valor,
        exigido=exigido,
        de_inicio=de_inicio,
        aba=aba,
        rotulo=rotulo or chave,
        ajuda=ajuda,
    )


def _servico(valor: str) -> object:
    return valor.strip() and ("://" not in valor or _SEGURO.fullmatch(valor))


_TEXTO = texto()
_REGISTRO_ANS = padrao('o registro ANS, 6 algarismos entre aspas, como "123456"', r"[0-9]{6}")
_CONEXAO = padrao("o nome de uma conexão do Airflow", r"\S{1,250}")
_CODIFICACAO = opcao({"ISO-8859-1": "Latin-1 (ISO-8859-1)", "UTF-8": "Unicode (UTF-8)"})
_ENDERECO = texto("um endereço, https ou relativo a url_base, sem usuário nem senha", _servico)
_SERVICOS = objeto(
    {
        Operacao.ENVIO_LOTE_GUIAS: ("Envio de lote", _ENDERECO),
        Operacao.SOLIC_STATUS_PROTOCOLO: ("Situação do protocolo", _ENDERECO),
        Operacao.SOLIC_DEMONSTRATIVO_RETORNO: ("Demonstrativos", _ENDERECO),
        Operacao.CANCELA_GUIA: ("Cancelamento", _ENDERECO),
        Operacao.RECURSO_GLOSA: ("Recurso de glosa", _ENDERECO),
        Operacao.SOLIC_STATUS_RECURSO_GLOSA: ("Situação do recurso", _ENDERECO),
    }
)
_REST = objeto(
    {
        "corpo": (
            "O que vai no pedido",
            opcao({"ARQUIVO": "O arquivo do lote", "WS": "A mensagem do web service"}),
        ),
        "content_type": ("Tipo do conteúdo (Content-Type)", _TEXTO),
        "cabecalhos": ("Cabeçalhos do pedido, um por linha, como Nome: valor", mapa(_TEXTO)),
        "resposta": (
            "Formato da resposta",
            opcao({"XML": "XML direto", "JSON": "JSON, com o XML num dos campos"}),
        ),
        "campo_resposta": ("Campo do JSON que traz o XML", _TEXTO),
        "formato_data": ("Formato da data nos endereços, como %Y-%m-%d", _TEXTO),
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
        _campo(
            "prestador",
            _TEXTO,
            coluna="clinica_id",
            exigido=True,
            aba=Aba.IDENTIFICACAO,
            rotulo="Prestador",
            ajuda="O código da clínica ou filial",
        ),
        _campo(
            "operadora",
            _REGISTRO_ANS,
            coluna="registro_ans",
            exigido=True,
            aba=Aba.IDENTIFICACAO,
            rotulo="Operadora",
            ajuda="O registro ANS",
        ),
        _campo(
            "ambiente",
            opcao({"HOMOLOGACAO": "Homologação", "PRODUCAO": "Produção"}),
            exigido=True,
            aba=Aba.IDENTIFICACAO,
            rotulo="Ambiente",
        ),
        _campo(
            "versao_tiss",
            padrao('uma versão como "4.03.00"', r"[0-9]\.[0-9]{2}\.[0-9]{2}"),
            "4.03.00",
            aba=Aba.MENSAGENS,
            rotulo="Versão TISS",
            ajuda="Em que as guias são escritas",
        ),
        _campo(
            "codigo_prestador",
            texto("texto de 1 a 14 caracteres", lambda valor: valor.strip() and len(valor) < 15),
            aba=Aba.IDENTIFICACAO,
            rotulo="Nosso código na operadora",
            ajuda="Até 14 caracteres; sem ele vai o CNPJ ou o CPF",
        ),
        _campo(
            "faturar_a_partir_de",
            DATA,
            de_inicio=True,
            aba=Aba.IDENTIFICACAO,
            rotulo="Faturar a partir de",
            ajuda="Primeiro dia de atendimento que se cobra; só avança",
        ),
        _campo(
            "proximo_numero_lote",
            inteiro(1, 999_999_999_999),
            de_inicio=True,
            aba=Aba.IDENTIFICACAO,
            rotulo="Próximo número de lote",
            ajuda="Anda sozinho a cada lote; só avança",
        ),
        _campo(
            "proximo_numero_guia",
            inteiro(1, 2**63 - 1),
            de_inicio=True,
            aba=Aba.IDENTIFICACAO,
            rotulo="Próximo número de guia",
            ajuda="Anda sozinho a cada guia; só avança",
        ),
        _campo(
            "tipo_api",
            opcao(
                {
                    "SOAP": "Web service (SOAP)",
                    "REST": "API (REST)",
                    "AMBOS": "Web service e API",
                    "MANUAL": "Portal: uma pessoa leva o arquivo",
                }
            ),
            "SOAP",
            aba=Aba.CONEXAO,
            rotulo="Como se envia",
        ),
        _campo(
            "canal_preferido",
            opcao({Canal.SOAP: "Web service (SOAP)", Canal.REST: "API (REST)"}),
            "SOAP",
            aba=Aba.CONEXAO,
            rotulo="Canal preferido",
            ajuda="Onde se usam os dois, o que se tenta primeiro",
        ),
        _campo(
            "url_base",
            texto(
                "um endereço https, ou http desta máquina, sem usuário nem senha", _SEGURO.fullmatch
            ),
            aba=Aba.CONEXAO,
            rotulo="Endereço da operadora",
            ajuda="https, sem o endereço do WSDL",
        ),
        _campo(
            "tipo_autenticacao",
            opcao(
                {
                    "NENHUMA": "Nenhuma",
                    "BASIC_AUTH": "Usuário e senha (HTTP Basic)",
                    "JWT": "Token de um login (JWT)",
                    "OAUTH2": "Token de cliente (OAuth 2)",
                    "CERTIFICADO_DIGITAL": "Certificado digital (A1)",
                }
            ),
            exigido=True,
            aba=Aba.ACESSO,
            rotulo="Autenticação",
        ),
        _campo(
            "envia_login_senha",
            LOGICO,
            False,
            aba=Aba.ACESSO,
            rotulo="Login e senha vão também na mensagem",
        ),
        _campo(
            "credencial",
            _CONEXAO,
            aba=Aba.ACESSO,
            rotulo="Conexão do Airflow com a credencial",
            ajuda="A que guarda usuário, senha ou certificado",
        ),
        _campo(
            "assinatura",
            _CONEXAO,
            aba=Aba.ACESSO,
            rotulo="Conexão do Airflow que assina",
            ajuda="A que guarda o certificado A1; sem ela nada é assinado",
        ),
        _campo(
            "envio",
            opcao(
                {
                    "AUTOMATICO": "Automático: a noite envia",
                    "CONFERENCIA": "Conferência: uma pessoa libera cada lote",
                }
            ),
            "AUTOMATICO",
            aba=Aba.LOTES,
            rotulo="Envio",
        ),
        _campo(
            "dias_para_faturar",
            inteiro(1, 3650),
            aba=Aba.LOTES,
            rotulo="Idade máxima do atendimento",
            ajuda="Em dias, no dia da montagem; vazio: sem limite",
        ),
        _campo(
            "fuso",
            _TEXTO,
            "America/Sao_Paulo",
            aba=Aba.MENSAGENS,
            rotulo="Fuso horário",
            ajuda="Das datas e horas das mensagens e da entrega",
        ),
        _campo(
            "servicos_soap",
            _SERVICOS,
            {},
            aba=Aba.CONEXAO,
            rotulo="Serviços SOAP",
            ajuda="Endereço inteiro, ou relativo ao da operadora; vazio: não oferecido",
        ),
        _campo(
            "servicos_rest",
            _SERVICOS,
            {},
            aba=Aba.CONEXAO,
            rotulo="Serviços REST",
            ajuda="O mesmo, do canal REST",
        ),
        _campo(
            "rest",
            _REST,
            {},
            aba=Aba.CONEXAO,
            rotulo="Pedidos REST",
            ajuda="Como a operadora os quer",
        ),
        _campo(
            "politica_assinatura",
            objeto(
                {
                    "oid": ("Número da política (OID)", _TEXTO),
                    "digest": ("SHA-256 da política, em Base64", _TEXTO),
                    "url": ("Endereço da política", _TEXTO),
                }
            ),
            aba=Aba.MENSAGENS,
            rotulo="Política da assinatura",
        ),
        _campo("lote.max_guias", inteiro(1, 100), 100, aba=Aba.LOTES, rotulo="Guias por lote"),
        _campo(
            "lote.max_envios_simultaneos",
            inteiro(1, 32),
            2,
            aba=Aba.LOTES,
            rotulo="Envios ao mesmo tempo",
        ),
        _campo(
            "lote.intervalo_envios",
            duracao(timedelta(seconds=60)),
            timedelta(0),
            aba=Aba.LOTES,
            rotulo="Intervalo entre envios",
            ajuda="Como 5s, até 60 segundos",
        ),
        _campo(
            "lote.modelo_nome_arquivo",
            padrao(
                "um nome de arquivo: letras sem acento, algarismos, _ . - e ${campos}",
                r"[A-Za-z0-9_.${}-]+",
            ),
            "${registro_ans}_${numero_lote_12}.xml",
            aba=Aba.LOTES,
            rotulo="Nome do arquivo exportado",
        ),
        _campo(
            "texto.ascii_somente",
            LOGICO,
            True,
            aba=Aba.MENSAGENS,
            rotulo="Trocar acentos e sinais (só ASCII)",
        ),
        _campo(
            "texto.maiusculas", LOGICO, False, aba=Aba.MENSAGENS, rotulo="Todo texto em maiúsculas"
        ),
        _campo(
            "texto.codificacao_envio",
            _CODIFICACAO,
            "ISO-8859-1",
            aba=Aba.MENSAGENS,
            rotulo="Codificação da mensagem",
        ),
        _campo(
            "texto.codificacao_hash",
            _CODIFICACAO,
            "ISO-8859-1",
            aba=Aba.MENSAGENS,
            rotulo="Codificação do hash",
            ajuda="Aquela em que a operadora o calcula",
        ),
        _campo(
            "texto.hash_maiusculo",
            LOGICO,
            False,
            aba=Aba.MENSAGENS,
            rotulo="Hash em letras maiúsculas",
        ),
        _campo(
            "regras",
            mapa(
                opcao(
                    {
                        Acao.DESLIGADA: "Não se confere",
                        Acao.AVISA: "Avisa, e a guia sai",
                        Acao.BLOQUEIA: "Bloqueia a guia",
                    }
                )
            ),
            {},
            aba=Aba.MENSAGENS,
            rotulo="Regras",
            ajuda="Uma por linha: o código da regra, dois-pontos, e BLOQUEIA, AVISA ou DESLIGADA; "
            "ex.: VALOR_ZERO: BLOQUEIA",
        ),
        _campo(
            "entrega.das",
            HORA,
            coluna="entrega_das",
            aba=Aba.LOTES,
            rotulo="Recebe a partir das",
            ajuda="Vai com a hora em que para",
        ),
        _campo(
            "entrega.ate",
            HORA,
            coluna="entrega_ate",
            aba=Aba.LOTES,
            rotulo="Recebe até as",
            ajuda="Antes da outra: passa da meia-noite",
        ),
        _campo(
            "entrega.dias_da_semana",
            DIAS_DA_SEMANA,
            coluna="entrega_dias_da_semana",
            aba=Aba.LOTES,
            rotulo="Recebe nos dias",
            ajuda="Nenhum marcado: todos",
        ),
        _campo(
            "entrega.do_dia",
            inteiro(1, 31),
            coluna="entrega_do_dia",
            aba=Aba.LOTES,
            rotulo="Recebe do dia",
            ajuda="Do mês; vai com o último dia",
        ),
        _campo(
            "entrega.ao_dia",
            inteiro(1, 31),
            coluna="entrega_ao_dia",
            aba=Aba.LOTES,
            rotulo="Recebe até o dia",
            ajuda="Inclusive; antes do outro: passa do fim do mês",
        ),
        _campo(
            "duvida.politica",
            opcao(
                {
                    "PESSOA": "Uma pessoa",
                    "CANCELAMENTO": "O cancelamento: antes de sair de novo, o lote é cancelado lá",
                }
            ),
            "PESSOA",
            coluna="politica_duvida",
            aba=Aba.DUVIDA,
            rotulo="Quem resolve a dúvida",
        ),
        _campo(
            "duvida.quarentena",
            duracao(timedelta(365)),
            timedelta(hours=2),
            aba=Aba.DUVIDA,
            rotulo="Quarentena",
            ajuda="Quanto um lote em dúvida espera antes que alguém possa reenviá-lo, como 2h",
        ),
        _campo(
            "duvida.deduplica",
            LOGICO,
            False,
            aba=Aba.DUVIDA,
            rotulo="A operadora recusa número de lote repetido",
            ajuda="Marque só quando se sabe",
        ),
        _campo(
            "duvida.reusa_numero",
            LOGICO,
            False,
            aba=Aba.DUVIDA,
            rotulo="O número de uma guia cancelada serve de novo",
            ajuda="Marque só quando se sabe",
        ),
        _campo(
            "duvida.cancela_por",
            opcao({"LOTE": "O lote inteiro", "GUIA": "Cada guia"}),
            "LOTE",
            aba=Aba.DUVIDA,
            rotulo="O que um cancelamento nomeia",
        ),
        _campo(
            "consulta.a_cada",
            duracao(timedelta(days=7)),
            timedelta(hours=1),
            coluna="consulta_a_cada",
            aba=Aba.LOTES,
            rotulo="Consultar protocolo a cada",
            ajuda="Como 1h, até 7 dias",
        ),
        _campo(
            "consulta.protocolos",
            inteiro(1, 30),
            30,
            coluna="protocolos_por_consulta",
            aba=Aba.LOTES,
            rotulo="Protocolos por consulta",
            ajuda="1 onde a operadora só aceita um",
        ),
        _campo(
            "consulta.dias_para_pagar",
            inteiro(0, 3650),
            coluna="dias_para_pagar",
            aba=Aba.LOTES,
            rotulo="Dias para pagar",
            ajuda="Depois da análise; vazio: não é acompanhado",
        ),
        _campo(
            "recurso.dias",
            inteiro(1, 3650),
            coluna="dias_para_recorrer",
            aba=Aba.LOTES,
            rotulo="Dias para recorrer",
            ajuda="Depois da análise; vazio: não é contado",
        ),
        _campo(
            "rede.segundos_conexao",
            inteiro(1, 60),
            10,
            aba=Aba.CONEXAO,
            rotulo="Segundos para conectar",
        ),
        _campo(
            "rede.segundos_resposta",
            inteiro(1, 600),
            60,
            aba=Aba.CONEXAO,
            rotulo="Segundos em silêncio",
        ),
        _campo(
            "rede.segundos_total",
            inteiro(1, 660),
            120,
            aba=Aba.CONEXAO,
            rotulo="Segundos da troca inteira",
        ),
        _campo(
            "rede.resposta_maxima_mb",
            inteiro(1, 512),
            64,
            aba=Aba.CONEXAO,
            rotulo="Maior resposta, em MB",
        ),
        _campo("rede.comprime", LOGICO, False, aba=Aba.CONEXAO, rotulo="Pedido comprimido (gzip)"),
        _campo(
            "rede.proxy",
            padrao("http://servidor:porta, sem usuário nem senha", r"https?://[^/@\s]+"),
            aba=Aba.CONEXAO,
            rotulo="Proxy",
            ajuda="http://servidor:porta, sem usuário nem senha",
        ),
        _campo(
            "rede.autoridade_certificadora",
            texto(
                "um certificado em PEM, com BEGIN CERTIFICATE",
                lambda valor: "-----BEGIN CERTIFICATE-----" in valor,
                tipo=Tipo.LINHAS,
                ate=100_000,
            ),
            aba=Aba.CONEXAO,
            rotulo="Autoridade certificadora",
            ajuda="Certificado em PEM; vazio: as usuais",
        ),
    ),
)

TABELAS = (PRESTADOR, OPERADORA, CONTRATO)
