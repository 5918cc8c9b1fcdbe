"""Recursos de glosa: received under a protocol of their own, analysed in the time of a lote."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from lxml import etree

from . import leitura, prazos
from .config import Credencial
from .contestacao import COLUNAS, do_item, do_livro, sim_nao
from .escrita import Escritor, Mensagem
from .livro import Livro
from .mensagem import NS
from .modelo import ZERO, Protocolo, Tipo
from .operacoes import RECURSO, STATUS_RECURSO
from .recusas import RecusaNegocio
from .relogio import local
from .respostas import Destino, mensagem, prestador
from .retorno import conferir_prestador, nao_encontrado

_IDENTIFICACAO = ("numeroGuiaOperadora", "senha")


def receber(
    raiz: etree._Element, destino: Destino, credencial: Credencial, livro: Livro
) -> Mensagem:
    """Return the protocoloRecebimentoRecursoWS of a loteRecursoGlosaWS.

    Raises RecusaNegocio 3162 for a lote de guias that is not there, 1308 for a recurso that is,
    5037 and 5039 for an item of odontologia at another tooth, region or face than it was billed.
    """
    (guia,) = raiz.iterfind("ans:loteRecurso/*", NS)
    conferir_prestador(guia, credencial, "dadosContratado")
    operadora = destino.operadora
    # The XSD has it as a number here, so that the zeros in front may be gone
    recursado = f"{int(leitura.texto(guia, 'numeroProtocolo')):010d}"
    alvo = livro.protocolo(operadora.registro_ans, destino.prestador, recursado)
    odonto = etree.QName(guia).localname == "guiaRecursoGlosaOdonto"
    if alvo is None or (alvo.tipo is Tipo.ODONTO) != odonto:
        raise nao_encontrado(recursado)
    _conferir_lugares(guia, alvo)
    enviado_em = leitura.texto(raiz, "cabecalho/identificacaoTransacao/dataRegistroTransacao")
    numero = _guardar(livro, destino, guia, enviado_em)
    with mensagem(destino, RECURSO) as xml, xml.grupo("protocoloRecebimento"):
        xml.folha("nrProtocoloRecursoGlosa", numero)
        _datas_e_lote(xml, destino, destino.agora, enviado_em, alvo.numero_lote)
        xml.folha("nrProtocoloRecursado", recursado)
        do_protocolo = guia.find("ans:opcaoRecurso/ans:recursoProtocolo", NS)
        if do_protocolo is not None:
            xml.copiar(do_protocolo)
        else:
            guias = len(guia.findall("ans:opcaoRecurso/ans:recursoGuia", NS))
            xml.folha("qtGuiasRecurso", str(guias))
        xml.folha("valorTotalRecursado", leitura.texto(guia, "valorTotalRecursado"))
    return xml.mensagem(RECURSO)


def situacao(
    raiz: etree._Element, destino: Destino, credencial: Credencial, livro: Livro
) -> Mensagem:
    """Return the situacaoProtocoloRecursoWS of a solicitacaoStatusRecursoGlosaWS.

    Raises RecusaNegocio 3162 for a recurso that is not there.
    """
    (pedido,) = raiz.iterfind(f"ans:{STATUS_RECURSO.corpo_pedido}", NS)
    conferir_prestador(pedido, credencial)
    numero = leitura.texto(pedido, "numeroProtocolo")
    achados = livro.consultar(
        f"SELECT {COLUNAS} FROM recurso"  # noqa: S608
        " WHERE registro_ans = ? AND prestador = ? AND numero_protocolo = ?",
        (destino.operadora.registro_ans, destino.prestador, numero),
    )
    if not achados:
        raise nao_encontrado(numero)
    recurso = do_livro(achados[0])
    recebido_em, enviado_em, guia = recurso.recebido_em, recurso.enviado_em, recurso.guia
    with mensagem(destino, STATUS_RECURSO) as xml:
        julgado = destino.agora >= prazos.analisado_em(recebido_em, destino.operadora)
        if recurso.cancelado or not julgado:
            em_analise = destino.agora >= prazos.recebido_ate(recebido_em, destino.operadora)
            with xml.grupo("reciboGlosaStatus"):
                xml.folha("nrProtocoloRecursoGlosa", numero)
                lote = leitura.texto(guia, "numeroLote")
                _datas_e_lote(xml, destino, recebido_em, enviado_em, lote)
                xml.folha("nrProtocoloSituacaoRecursoGlosa", str(destino.sequencial))
                xml.folha("dataSituacao", local(destino.agora).date().isoformat())
                status = prazos.EM_ANALISE if em_analise else prazos.RECEBIDO
                xml.folha("situacaoProtocolo", prazos.CANCELADO if recurso.cancelado else status)
        else:
            alvo = livro.protocolo(recurso.registro_ans, recurso.prestador, recurso.recursado)
            acatado = ZERO if alvo is None else sum(recurso.acatados(alvo).values(), ZERO)
            _julgado(xml, guia, destino, acatado)
    return xml.mensagem(STATUS_RECURSO)


def _guardar(livro: Livro, destino: Destino, guia: etree._Element, enviado_em: str) -> str:
    registro_ans = destino.operadora.registro_ans
    numero_guia = leitura.texto(guia, "numeroGuiaRecGlosaPrestador")
    with livro.transacao() as db:
        repetido = db.execute(
            "SELECT 1 FROM recurso WHERE registro_ans = ? AND prestador = ? AND numero_guia = ?",
            (registro_ans, destino.prestador, numero_guia),
        ).fetchone()
        if repetido and destino.operadora.deduplica:
            raise RecusaNegocio("1308", f"GUIA JÁ APRESENTADA: {numero_guia}")
        (sequencia,) = db.execute(
            "SELECT count(*) + 1 FROM recurso WHERE registro_ans = ?", (registro_ans,)
        ).fetchone()
        numero = f"9{sequencia:09d}"  # not to be taken for the protocol of a lote
        db.execute(
            "INSERT INTO recurso VALUES (?, ?, ?, ?, ?, ?, ?, 0)",
            (
                registro_ans,
                destino.prestador,
                numero,
                numero_guia,
                destino.agora,
                enviado_em,
                etree.tostring(guia, encoding="unicode"),
            ),
        )
    return numero


def _conferir_lugares(guia: etree._Element, alvo: Protocolo) -> None:
    cobrados = {
        (aceita.numero, item.sequencial): item for aceita in alvo.vivas for item in aceita.itens
    }
    for recursada in guia.iterfind("ans:opcaoRecurso/ans:recursoGuia", NS):
        for item in leitura.filhos(recursada, "recursoProcedimento"):
            chave = (
                leitura.texto(recursada, "numeroGuiaPrestador"),
                int(leitura.texto(item, "sequencialItem")),
            )
            cobrado = cobrados.get(chave)
            if cobrado is None:
                continue
            dito = tuple(
                leitura.opcional(item, f"denteRegiao/{nome}") or ""
                for nome in ("codDente", "codRegiao")
            )
            if dito != (cobrado.dente, cobrado.regiao):
                raise RecusaNegocio("5037", f"CÓDIGO DO DENTE INVÁLIDO no item {chave[1]}")
            if (leitura.opcional(item, "denteFace") or "") != cobrado.face:
                raise RecusaNegocio("5039", f"CÓDIGO DA FACE DO DENTE INVÁLIDO no item {chave[1]}")


def _datas_e_lote(
    xml: Escritor, destino: Destino, recebido_em: float, enviado_em: str, lote: str
) -> None:
    xml.folha("dataEnvioRecurso", date.fromisoformat(enviado_em[:10]).isoformat())
    xml.folha("dataRecebimentoRecurso", local(recebido_em).date().isoformat())
    xml.folha("numeroLote", lote)
    xml.folha("registroANS", destino.operadora.registro_ans)
    prestador(xml, destino)


def _julgado(xml: Escritor, guia: etree._Element, destino: Destino, acatado: Decimal) -> None:
    odonto = etree.QName(guia).localname == "guiaRecursoGlosaOdonto"
    numero_operadora = leitura.opcional(guia, "numeroGuiaRecGlosaOperadora")
    with xml.grupo("reciboGlosaOdonto" if odonto else "reciboGlosa"):
        xml.folha("registroANS", destino.operadora.registro_ans)
        _repetir(xml, guia, "numeroGuiaRecGlosaPrestador")
        if not odonto:
            xml.opcional("numeroGuiaRecGlosaOperadora", numero_operadora)
        _repetir(xml, guia, "nomeOperadora")
        if odonto:
            xml.opcional("numeroGuiaRecGlosaOperadora", numero_operadora)
        _repetir(xml, guia, "objetoRecurso")
        xml.folha("codigoPrestador", destino.prestador)
        lote = leitura.texto(guia, "numeroLote")
        # A number here, text everywhere else
        xml.folha("numeroLote", lote if lote.isascii() and lote.isdecimal() else "0")
        _repetir(xml, guia, "numeroProtocolo")
        with xml.grupo("opcaoRecurso"):
            _respostas(xml, guia, odonto)
        _repetir(xml, guia, "dataRecurso")
        _repetir(xml, guia, "valorTotalRecursado")
        xml.dinheiro("valorTotalAcatado", acatado)


def _respostas(xml: Escritor, guia: etree._Element, odonto: bool) -> None:
    do_protocolo = guia.find("ans:opcaoRecurso/ans:recursoProtocolo", NS)
    if do_protocolo is not None:
        with xml.grupo("recursoProtocolo"):
            for parte in do_protocolo:
                xml.copiar(parte)
            justificativa = leitura.texto(do_protocolo, "justificativaProtocolo")
            xml.folha("recursoAcatado", sim_nao(justificativa))
    for recursada in guia.iterfind("ans:opcaoRecurso/ans:recursoGuia", NS):
        if odonto:
            with xml.grupo("recursoGuia"):
                _guia_odonto(xml, recursada)
        else:
            _guia_medica(xml, recursada)


def _guia_medica(xml: Escritor, recursada: etree._Element) -> None:
    for completa in leitura.filhos(recursada, "opcaoRecursoGuia/recursoGuiaCompleta"):
        justificativa = leitura.texto(completa, "justificativaGuia")
        with xml.grupo("recursoGuia"), xml.grupo("respostaGuia"):
            _identificar(xml, recursada, "numeroGuiaOrigem")
            xml.folha("codGlosa", leitura.texto(completa, "codGlosaGuia"))
            xml.folha("justificativaPrestador", justificativa)
            xml.folha("recursoGuiaAcatado", sim_nao(justificativa))
    for item in leitura.filhos(recursada, "opcaoRecursoGuia/itensGuia"):
        with xml.grupo("recursoGuia"), xml.grupo("respostaGuiaItens"):
            _identificar(xml, recursada, "numeroGuiaOrigem")
            xml.folha("dataRealizacao", leitura.texto(item, "dataInicio"))
            xml.opcional("dataFim", leitura.opcional(item, "dataFim"))
            _repetir(xml, item, "sequencialItem", "procRecurso")
            xml.folha("codGlosa", leitura.texto(item, "codGlosaItem"))
            _repetir(xml, item, "valorRecursado")
            xml.folha("justificativaPrestador", leitura.texto(item, "justificativaItem"))
            xml.dinheiro("valorAcatadado", do_item(item, "justificativaItem"))


def _guia_odonto(xml: Escritor, recursada: etree._Element) -> None:
    itens = list(leitura.filhos(recursada, "recursoProcedimento"))
    if not itens:
        with xml.grupo("respostaRecursoGuiaOdonto"):
            _identificar(xml, recursada, "numeroGuiaPrestador")
            _repetir(xml, recursada, "codGlosaGuia", "justificativaGuia")
            justificativa = leitura.texto(recursada, "justificativaGuia")
            xml.folha("recursoAcatadoGuia", sim_nao(justificativa))
        return
    with xml.grupo("respostaRecursoItemOdonto"):
        _identificar(xml, recursada, "numeroGuiaPrestador")
        for item in itens:
            with xml.grupo("recursoProcedimento"):
                _repetir(
                    xml,
                    item,
                    *("sequencialItem", "dataRealizacao", "denteRegiao", "denteFace"),
                    *("quantidade", "procRecurso", "codGlosaProc", "valorRecursado"),
                )
                xml.folha("justificativaPrestador", leitura.texto(item, "justificativaProc"))
                xml.dinheiro("valorAcatado", do_item(item, "justificativaProc"))


def _identificar(xml: Escritor, recursada: etree._Element, numero: str) -> None:
    xml.folha("numeroGuiaPrestador", leitura.texto(recursada, numero))
    _repetir(xml, recursada, *_IDENTIFICACAO)


def _repetir(xml: Escritor, elemento: etree._Element, *nomes: str) -> None:
    """Write children as they came, those that are there."""
    for nome in nomes:
        parte = leitura.filho(elemento, nome)
        if parte is not None:
            xml.copiar(parte)
