"""What happened at the reference clinic: attendances by seed, wrong in the ways real ones are."""

from __future__ import annotations

import json
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from tiss.demo import pessoas
from tiss.demo.cadastro import CONSULTA, FILIAIS, OPERADORAS
from tiss.demo.cirurgias import Cirurgia, cirurgias_para, operar
from tiss.demo.linhas import Agenda, Autorizacao, Consulta, Defeito, Despesa, Item
from tiss.demo.pessoas import MEDICOS, Medico, Paciente
from tiss.demo.procedimentos import (
    CONTRASTE,
    FORA_DE_VIGENCIA,
    PRECO_DO_CONTRASTE,
    PRECOS,
    TOMOGRAFIA,
    exames_para,
)

__all__ = ["agendar"]

DIAS = 25  # that the clinic is open, in 30 days or less
PARTE_DE_CIRURGIAS = 0.055  # of the grown-ups' attendances
ANTES_DO_INICIO = timedelta(days=730)
# One attendance in this many has each of the defects.
INTERVALO_DEFEITO = 100
SEM_CONTRATO = len(OPERADORAS) + 1

_INDICACOES = (
    *(
        "Check-up anual",
        "Cefaleia há duas semanas",
        "Dor torácica atípica",
        "Hipertensão em controle",
    ),
    *(
        "Diabetes tipo 2, rotina",
        "Astenia e perda de peso",
        "Pré-operatório",
        "Dor abdominal difusa",
    ),
)
_OBSERVACOES = (
    *(
        "Paciente retorna em 30 dias.",
        "Orientações entregues por escrito.",
        "Acompanhante presente.",
    ),
    *("Sessão remarcada a pedido do paciente.", "Alergia à dipirona informada na recepção."),
)
_TRANSLITERAVEL = "Retorno em 30 dias – trazer “todos” os exames; coparticipação de € 10"
_IMPOSSIVEL = "Paciente apresentou laudo em nome de 漢字"
_MAL_ESCRITO = "cobertura_especal"


def agendar(
    *, consultas: int, semente: int, hoje: date, primeira_consulta: int, primeiro_paciente: int
) -> Agenda:
    """Return that many attendances of the last DIAS open days; equal arguments give equal rows.

    Another `hoje` moves the dates and changes nothing else.

    A patient has one attendance a day at most, so that no two are alike in card, date, branch and
    procedure: an operadora would take the second for a copy. Only an ATENDIMENTO_REPETIDO is one,
    of the exams of the attendance before it.
    """
    # The seed is a text because Random hashes texts alike in every process. S311: not a secret.
    rng = Random(f"{semente}/{primeira_consulta}")  # noqa: S311
    agenda = Agenda()
    visitas: list[tuple[date, Paciente]] = []
    dias = [dia for n in range(30) if (dia := hoje - timedelta(n)).weekday() < 6][:DIAS]
    while len(visitas) < consultas:
        paciente = _paciente(rng, primeiro_paciente + len(agenda.pacientes), hoje)
        agenda.pacientes.append(paciente)
        quantas = min(rng.choices((1, 2, 3), (70, 22, 8))[0], consultas - len(visitas))
        visitas.extend((dia, paciente) for dia in rng.sample(dias, quantas))
    visitas.sort()

    defeitos = _defeitos(rng, consultas)
    caras = set(rng.sample(range(consultas), round(consultas * 0.04)))
    for posicao, (dia, paciente) in enumerate(visitas):
        numero = primeira_consulta + posicao
        defeito = defeitos.get(posicao)
        if defeito:
            agenda.defeitos[numero] = defeito
        if defeito is Defeito.ATENDIMENTO_REPETIDO:
            _lancar_de_novo(agenda, numero)
            continue
        _Atendimento(agenda, rng, numero, dia, paciente, defeito, hoje).lancar(
            cara=posicao in caras,
            a_repetir=defeitos.get(posicao + 1) is Defeito.ATENDIMENTO_REPETIDO,
        )
    return agenda


def _paciente(rng: Random, paciente_id: int, hoje: date) -> Paciente:
    indice = rng.choices(range(len(OPERADORAS)), (50, 30, 20))[0]
    return pessoas.paciente(
        rng,
        paciente_id,
        convenio_id=indice + 1,
        algarismos=OPERADORAS[indice].algarismos_carteira,
        hoje=hoje,
    )


def _defeitos(rng: Random, consultas: int) -> dict[int, Defeito]:
    """Which positions have a defect: an equal number of each, none below INTERVALO_DEFEITO.

    Odd ones only: the attendance before each has no defect, so that it may be repeated.
    """
    lista = [defeito for defeito in Defeito for _ in range(consultas // INTERVALO_DEFEITO)]
    return dict(zip(rng.sample(range(1, consultas, 2), len(lista)), lista, strict=True))


class _Atendimento:
    """One attendance on its way into the agenda."""

    def __init__(
        self,
        agenda: Agenda,
        rng: Random,
        numero: int,
        dia: date,
        paciente: Paciente,
        defeito: Defeito | None,
        hoje: date,
    ) -> None:
        self._agenda = agenda
        self._rng = rng
        self._numero = numero
        self._dia = dia - ANTES_DO_INICIO if defeito is Defeito.ANTES_DO_INICIO else dia
        self._paciente = paciente
        self._defeito = defeito
        self._hoje = hoje

    def lancar(self, *, cara: bool, a_repetir: bool) -> None:
        """Add it: an operation, a consultation, exams, or a consultation with exams.

        cara: the consultation costs more than operadoras pay. a_repetir: it is a consultation with
        exams, because the next attendance will be these exams again.
        """
        rng = self._rng
        com_exames = a_repetir or self._defeito is Defeito.CODIGO_FORA_DE_VIGENCIA
        cirurgias = () if com_exames else cirurgias_para(self._paciente, self._hoje)
        if cirurgias and rng.random() < PARTE_DE_CIRURGIAS:
            self._operacao(rng.choice(cirurgias))
            return
        com_exames = com_exames or rng.random() < 0.3
        so_exames = com_exames and not a_repetir and rng.random() < 0.25
        self._ambulatorio(cara=cara, com_consulta=not so_exames, com_exames=com_exames)

    def _operacao(self, cirurgia: Cirurgia) -> None:
        cirurgiao = _do_defeito(self._defeito) or self._rng.choice(
            [medico for medico in _REGULARES if medico.cbo == cirurgia.cbo]
        )
        autorizacao = _autorizacao(self._rng, self._numero, self._dia)
        self._consulta(cirurgiao, autorizacao, internado=True)
        antes = len(self._agenda.itens)
        operar(
            *(self._agenda, self._rng, self._numero, self._dia, cirurgia, cirurgiao, _CIRURGIOES),
            self._hoje,
        )
        if self._defeito is Defeito.VALOR_ZERO:
            self._agenda.itens[antes:] = [
                item._replace(valor_unitario=Decimal(0)) for item in self._agenda.itens[antes:]
            ]

    def _ambulatorio(self, *, cara: bool, com_consulta: bool, com_exames: bool) -> None:
        rng, numero, dia = self._rng, self._numero, self._dia
        autorizacao = _autorizacao(rng, numero, dia) if rng.random() < 0.1 else None
        medico = _do_defeito(self._defeito) or _medico(rng, self._paciente, self._hoje)
        self._consulta(medico, autorizacao, com_exames=com_exames)
        preco = Decimal(10 * (rng.randint(32, 40) if cara else rng.randint(9, 28)))
        codigos = [CONSULTA] if com_consulta else []
        if com_exames:
            codigos += _exames(rng, self._paciente, self._hoje)
        if self._defeito is Defeito.CODIGO_FORA_DE_VIGENCIA:
            codigos.append(FORA_DE_VIGENCIA.codigo)
        for sequencial, codigo in enumerate(codigos, start=1):
            valor = preco if codigo == CONSULTA else Decimal(PRECOS[codigo])
            if self._defeito is Defeito.VALOR_ZERO:
                valor = Decimal(0)
            self._agenda.itens.append(Item(numero, sequencial, codigo, dia, valor))
        if TOMOGRAFIA in codigos:
            self._agenda.despesas.append(
                Despesa(
                    consulta_id=numero,
                    sequencial_item=len(codigos) + 1,
                    insumo=CONTRASTE.codigo,
                    data_execucao=dia,
                    # More than one in a line: only some operadoras refuse it.
                    quantidade=rng.choices((1, 2), (80, 20))[0],
                    valor_unitario=Decimal(PRECO_DO_CONTRASTE),
                    item_vinculado=codigos.index(TOMOGRAFIA) + 1,
                )
            )

    def _consulta(
        self,
        medico: Medico,
        autorizacao: Autorizacao | None,
        *,
        com_exames: bool = False,
        internado: bool = False,
    ) -> None:
        rng, dia, paciente, defeito = self._rng, self._dia, self._paciente, self._defeito
        so_consulta = not com_exames and not internado
        self._agenda.consultas.append(
            Consulta(
                id=self._numero,
                clinica_id=FILIAIS[0 if rng.random() < 0.65 else 1].id,
                paciente_id=paciente.id,
                convenio_id=(
                    SEM_CONTRATO
                    if defeito is Defeito.OPERADORA_DESCONHECIDA
                    else paciente.convenio_id
                ),
                numero_carteira=(
                    None if defeito is Defeito.SEM_CARTEIRA else paciente.numero_carteira
                ),
                medico_id=medico.id,
                solicitante_id=_solicitante(rng, defeito) if com_exames else None,
                data_atendimento=dia,
                data_solicitacao=_solicitacao(rng, dia, autorizacao) if com_exames else None,
                atendimento_rn=rng.random() < 0.005,
                regime_atendimento=_regime(rng, internado=internado, so_consulta=so_consulta),
                tipo_consulta=rng.choices("124", (45, 40, 15))[0],
                indicacao_clinica=rng.choice(_INDICACOES) if com_exames else None,
                observacao=_observacao(rng, defeito),
                preparado_tiss=defeito is not Defeito.NAO_PREPARADA,
                campos_tiss=_campos(rng, defeito, so_consulta=so_consulta),
            )
        )
        if autorizacao:
            self._agenda.autorizacoes.append(autorizacao)


def _lancar_de_novo(agenda: Agenda, numero: int) -> None:
    """Add the exams of the last attendance once more, as if they were one by themselves."""
    original = agenda.consultas[-1]
    exames = [
        item for item in agenda.itens if item.consulta_id == original.id and item.codigo != CONSULTA
    ]
    agenda.consultas.append(original._replace(id=numero, campos_tiss="{}"))
    agenda.itens += [
        item._replace(consulta_id=numero, sequencial_item=sequencial)
        for sequencial, item in enumerate(exames, start=1)
    ]


_SEM_CONSELHO = next(medico for medico in MEDICOS if medico.numero_conselho is None)
_CONSELHO_LONGO = next(medico for medico in MEDICOS if len(medico.numero_conselho or "") > 15)
_REGULARES = [medico for medico in MEDICOS if medico not in (_SEM_CONSELHO, _CONSELHO_LONGO)]
_PEDIATRAS = [medico for medico in _REGULARES if medico.cbo == pessoas.PEDIATRA]
_DA_MULHER = [medico for medico in _REGULARES if medico.cbo != pessoas.PEDIATRA]
_DO_HOMEM = [medico for medico in _DA_MULHER if medico.cbo != pessoas.GINECOLOGISTA]
_CLINICOS = [medico for medico in _REGULARES if medico.cbo == "225125"]


_CIRURGIOES = [medico for medico in _REGULARES if medico.cbo == pessoas.CIRURGIAO]


def _do_defeito(defeito: Defeito | None) -> Medico | None:
    if defeito is Defeito.CONSELHO_AUSENTE:
        return _SEM_CONSELHO
    return _CONSELHO_LONGO if defeito is Defeito.CONSELHO_MALFORMADO else None


def _medico(rng: Random, paciente: Paciente, hoje: date) -> Medico:
    if pessoas.idade(paciente, hoje) < 14:
        return rng.choice(_PEDIATRAS)
    return rng.choice(_DA_MULHER if paciente.sexo == "F" else _DO_HOMEM)


def _solicitante(rng: Random, defeito: Defeito | None) -> int | None:
    # A guia SP/SADT names who asked, not who did: another solicitante hides the defect.
    if _do_defeito(defeito) or rng.random() >= 0.2:
        return None
    return rng.choice(_CLINICOS).id


def _regime(rng: Random, *, internado: bool, so_consulta: bool) -> str:
    if internado:
        return "03"
    return "05" if so_consulta and rng.random() < 0.06 else "01"


def _campos(rng: Random, defeito: Defeito | None, *, so_consulta: bool) -> str:
    campos = {}
    if defeito is Defeito.CAMPO_DESCONHECIDO:
        campos[_MAL_ESCRITO] = "02"
    elif so_consulta and rng.random() < 0.04:
        campos["cod_validacao"] = f"{rng.randrange(10**5, 10**6)}"
    return json.dumps(campos)


def _exames(rng: Random, paciente: Paciente, hoje: date) -> list[str]:
    quantos = rng.choices((1, 2, 3, 4), (35, 30, 20, 15))[0]
    return list(dict.fromkeys(rng.sample(exames_para(paciente, hoje), quantos)))


def _autorizacao(rng: Random, numero: int, dia: date) -> Autorizacao:
    pedido = dia - timedelta(rng.randint(0, 10))
    return Autorizacao(
        consulta_id=numero,
        # With a letter, so that it never meets a number of the contrato's own sequence.
        numero_guia_prestador=f"A{numero:09d}" if rng.random() < 0.2 else None,
        numero_guia_operadora=f"{rng.randrange(10**9, 10**10)}",
        senha=f"{rng.randrange(10**7, 10**8)}",
        data_autorizacao=pedido,
        data_validade_senha=pedido + timedelta(30),
    )


def _solicitacao(rng: Random, dia: date, autorizacao: Autorizacao | None) -> date:
    if autorizacao:
        return autorizacao.data_autorizacao
    return dia - timedelta(rng.choices((0, 3, 7), (80, 12, 8))[0])


def _observacao(rng: Random, defeito: Defeito | None) -> str | None:
    if defeito is Defeito.CARACTERE_TRANSLITERAVEL:
        return _TRANSLITERAVEL
    if defeito is Defeito.CARACTERE_IMPOSSIVEL:
        return _IMPOSSIVEL
    return rng.choice(_OBSERVACOES) if rng.random() < 0.06 else None
