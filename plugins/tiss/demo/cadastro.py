"""Who bills whom in the demo: two branches, three simulated operadoras, six contratos."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, NamedTuple

import psycopg

from tiss.demo.pessoas import cnpj
from tiss.repository.conexao import comando

__all__ = [
    "CONEXOES",
    "CONTRATOS",
    "CONVENIO_SEM_CONTRATO",
    "FILIAIS",
    "OPERADORAS",
    "Contrato",
    "Filial",
    "Operadora",
    "cadastrar",
    "conexoes",
    "configuracao_do_simulador",
]

DIAS_DE_CONTRATO = 45
VERSAO = "4.03.00"
CONSULTA = "10101012"
PRECO_MAXIMO = "300.00"
MAMOGRAFIA = "40808041"
CONVENIO_SEM_CONTRATO = ("999999", "Convênio Descredenciado Delta")


class Filial(NamedTuple):
    """A branch: a row of clinica.clinica, and a prestador."""

    id: str
    nome: str
    cnpj: str
    cnes: str


@dataclass(frozen=True, slots=True)
class Operadora:
    """A simulated operadora and the terms that all its contratos have."""

    registro_ans: str
    nome: str
    cnpj: str
    max_guias: int
    algarismos_carteira: int
    exige_login: bool = False
    nao_cobertos: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Contrato:
    """A branch and an operadora, with what identifies the branch there."""

    filial: Filial
    operadora: Operadora
    codigo_prestador: str

    @property
    def conexao(self) -> str:
        """Airflow connection that holds the user and the password."""
        return f"tiss_{self.operadora.registro_ans}_{self.filial.id.lower()}"

    @property
    def usuario(self) -> str:
        """User name at the operadora."""
        return f"{self.filial.id.lower()}{self.operadora.registro_ans}"


FILIAIS = (
    Filial("MATRIZ", "Clínica Modelo São Lucas", cnpj(99_101_202, 1), "9100011"),
    Filial("FILIAL", "Clínica Modelo São Lucas - Vila Conceição", cnpj(99_101_202, 2), "9100022"),
)
OPERADORAS = (
    Operadora("999001", "Operadora Simulada Aurora", cnpj(99_001_001), 100, 9),
    Operadora("999002", "Operadora Simulada Boa Vida", cnpj(99_002_002), 50, 12, exige_login=True),
    Operadora(
        "999003",
        "Operadora Simulada Cedro",
        cnpj(99_003_003),
        30,
        17,
        nao_cobertos=(MAMOGRAFIA,),
    ),
)
# What the clinic says against the glosas that these operadoras make.
JUSTIFICATIVAS = {
    "1001": "A carteira da guia ${guia} foi lida na recepção e estava ativa em ${data}.",
    "1705": "Guia ${guia}: o valor de ${valor} está na tabela do contrato, anexo 1.",
    "1801": "O procedimento ${procedimento} da guia ${guia} consta do rol e foi autorizado.",
}
CONTRATOS = tuple(
    Contrato(filial, operadora, f"{1000 * i + j}")
    for i, operadora in enumerate(OPERADORAS, start=1)
    for j, filial in enumerate(FILIAIS, start=1)
)
CONEXOES = tuple(contrato.conexao for contrato in CONTRATOS)


def cadastrar(
    conexao: psycopg.Connection[Any], *, url_simulador: str, hoje: date, inicio: date | None = None
) -> None:
    """Register the branches, the operadoras and their contratos in schema tiss.

    Repeating it keeps what is there, a person's changes included, except the address of the
    simulator. Commits, except inside a transaction of the caller.

    url_simulador: without the operadora, such as http://127.0.0.1:8021. inicio: first day to bill,
    DIAS_DE_CONTRATO before `hoje` when not given.
    """
    inicio = inicio or hoje - timedelta(DIAS_DE_CONTRATO)
    with conexao.transaction(), conexao.cursor() as cursor:
        cursor.executemany(
            comando("demo/cadastrar_prestador"),
            [
                {
                    "clinica_id": filial.id,
                    "nome": filial.nome,
                    "cnpj": filial.cnpj,
                    "cnes": filial.cnes,
                }
                for filial in FILIAIS
            ],
        )
        cursor.executemany(
            comando("demo/cadastrar_operadora"),
            [{"registro_ans": item.registro_ans, "nome": item.nome} for item in OPERADORAS],
        )
        cursor.executemany(
            comando("demo/cadastrar_credencial"), [{"conexao": nome} for nome in CONEXOES]
        )
        cursor.executemany(
            comando("demo/cadastrar_justificativa"),
            [{"codigo": codigo, "texto": texto} for codigo, texto in JUSTIFICATIVAS.items()],
        )
        cursor.executemany(
            comando("demo/cadastrar_contrato"),
            [
                {
                    "clinica_id": contrato.filial.id,
                    "registro_ans": contrato.operadora.registro_ans,
                    "versao_tiss": VERSAO,
                    "codigo_prestador": contrato.codigo_prestador,
                    "faturar_a_partir_de": inicio,
                    "url_base": f"{url_simulador.rstrip('/')}/{contrato.operadora.registro_ans}",
                    "envia_login_senha": contrato.operadora.exige_login,
                    "credencial": contrato.conexao,
                    "max_guias": contrato.operadora.max_guias,
                }
                for contrato in CONTRATOS
            ],
        )


def conexoes(senhas: Mapping[str, str]) -> dict[str, tuple[str, str]]:
    """Return user and password by connection name.

    senhas: a password for each of CONEXOES.
    """
    return {
        contrato.conexao: (contrato.usuario, senhas[contrato.conexao]) for contrato in CONTRATOS
    }


def configuracao_do_simulador(senhas: Mapping[str, str]) -> dict[str, Any]:
    """Return the simulator's configuration for the operadoras of the demo, ready for JSON.

    senhas: a password for each of CONEXOES.
    """
    return {
        "operadoras": [
            {
                "registro_ans": operadora.registro_ans,
                "nome": operadora.nome,
                "cnpj": operadora.cnpj,
                "versao": VERSAO,
                "segundos_recebido": 1.0,
                "segundos_em_analise": 1.0,
                "credenciais": [
                    {
                        "usuario": contrato.usuario,
                        "senha": senhas[contrato.conexao],
                        "codigo_prestador": contrato.codigo_prestador,
                        # Without it no demonstrativo of odontologia can be written.
                        "cnpj": contrato.filial.cnpj,
                    }
                    for contrato in CONTRATOS
                    if contrato.operadora is operadora
                ],
                "exige_login_no_cabecalho": operadora.exige_login,
                "preco_maximo": {CONSULTA: PRECO_MAXIMO},
                "nao_cobertos": list(operadora.nao_cobertos),
            }
            for operadora in OPERADORAS
        ]
    }
