"""tiss_cancelamento: what a person wants cancelled is asked of the operadora, in their name."""

from __future__ import annotations

from clinica_aberta import Clinica


def test_the_operadora_cancels_what_a_person_names(clinica_nova: Clinica) -> None:
    clinica_nova.executar("UPDATE tiss.operadora SET ativa = registro_ans = '999001'")
    clinica_nova.executar(
        "UPDATE tiss.contrato SET servicos_soap = servicos_soap"
        " || jsonb_build_object('CANCELA_GUIA', 'tissCancelaGuia')"
    )
    clinica_nova.gerar(3)
    assert clinica_nova.rodar("tiss_faturamento").estado == "success"
    ((lote,),) = clinica_nova.linhas("SELECT min(id) FROM tiss.lote WHERE status = 'ENVIADO'")
    rodada = clinica_nova.rodar("tiss_cancelamento", lotes=[lote])
    assert rodada.estado == "success", rodada.log
    ((status,),) = clinica_nova.linhas(f"SELECT status FROM tiss.lote WHERE id = {lote}")
    assert status == "CANCELADO"
    ((quem,),) = clinica_nova.linhas(
        "SELECT quem FROM tiss.troca WHERE operacao = 'CANCELA_GUIA' ORDER BY id DESC LIMIT 1"
    )
    assert quem.startswith("tiss_cancelamento/")
    # Named again, it says how it is and asks nothing.
    assert clinica_nova.rodar("tiss_cancelamento", lotes=[lote]).estado == "failed"
