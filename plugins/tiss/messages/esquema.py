"""The XSD's own opinion about what was written."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from threading import local

from lxml import etree

from tiss import esquemas
from tiss.domain.problema import Problema
from tiss.settings import ENCODING, NAMESPACE

# A schema of one element per guia, so that a bad guia is named alone and not by its lote.
_GUIAS = """\
<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:ans="{ns}" targetNamespace="{ns}">
  <xs:include schemaLocation="{arquivo}"/>
  <xs:element name="pagina">
    <xs:complexType>
      <xs:choice minOccurs="0" maxOccurs="unbounded">
        <xs:element ref="ans:guiaConsulta"/>
        <xs:element ref="ans:guiaSP-SADT"/>
        <xs:element ref="ans:guiaResumoInternacao"/>
        <xs:element ref="ans:guiaHonorarios"/>
        <xs:element ref="ans:guiaOdonto"/>
      </xs:choice>
    </xs:complexType>
  </xs:element>
  <xs:element name="guiaConsulta" type="ans:ctm_consultaGuia"/>
  <xs:element name="guiaSP-SADT" type="ans:ctm_sp-sadtGuia"/>
  <xs:element name="guiaResumoInternacao" type="ans:ctm_internacaoResumoGuia"/>
  <xs:element name="guiaHonorarios" type="ans:ctm_honorarioIndividualGuia"/>
  <xs:element name="guiaOdonto" type="ans:cto_guiaOdontologia"/>
</xs:schema>"""
_INCLUI = """\
<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="{ns}">
  <xs:include schemaLocation="{arquivo}"/>
</xs:schema>"""

_EXPLICACOES = {
    "SCHEMAV_CVC_ENUMERATION_VALID": "o código não está na lista do padrão {versao}: confira",
    "SCHEMAV_CVC_PATTERN_VALID": "o valor não tem a forma do padrão {versao}: confira",
    "SCHEMAV_CVC_MINLENGTH_VALID": "está vazio: preencha, ou retire o elemento se for opcional",
    "SCHEMAV_CVC_MAXLENGTH_VALID": "é mais longo do que o padrão {versao} aceita: abrevie",
    "SCHEMAV_CVC_LENGTH_VALID": "não tem o tamanho que o padrão {versao} pede: corrija",
    "SCHEMAV_CVC_TOTALDIGITS_VALID": "tem mais algarismos do que o padrão {versao} aceita: corrija",
    "SCHEMAV_CVC_FRACTIONDIGITS_VALID": "tem casas decimais demais para o padrão {versao}: corrija",
    "SCHEMAV_CVC_DATATYPE_VALID_1_2_1": "não é do tipo do campo (data, hora, número): corrija",
    "SCHEMAV_CVC_COMPLEX_TYPE_3_2_1": "o atributo não existe no padrão {versao}: retire-o",
    "SCHEMAV_CVC_ELT_1": "o padrão {versao} não tem mensagem com este nome: confira a raiz",
}

_por_thread = local()


def analisador(encoding: str | None = None) -> etree.XMLParser:
    """Return a parser that loads nothing: no entities, no DTD, no network, bounded sizes.

    Comments are left out, or a value would end where one stands in it. encoding: of bytes that do
    not say it themselves.
    """
    return etree.XMLParser(
        encoding=encoding,
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )


def problemas_da_guia(guia: str | etree._Element, versao: str) -> list[Problema]:
    """Return what the XSD refuses in one guia element; empty when it is valid.

    guia: as `escrever` made it, or an element without anything around it. The path names the
    element; its value is left out: it may be personal.
    """
    if isinstance(guia, str):
        abertura = f'<ans:g xmlns:ans="{NAMESPACE}">'
        guia = etree.fromstring(f"{abertura}{guia}</ans:g>", analisador())[0]
    # As `conferir` names them: from inside the guia.
    return _problemas(guia, versao, "guias", niveis=2)


def problemas_das_guias(guias: Sequence[str], versao: str) -> list[list[Problema]]:
    """Return what `problemas_da_guia` says of each guia; all at once when nothing is wrong."""
    pagina = f'<ans:pagina xmlns:ans="{NAMESPACE}">{"".join(guias)}</ans:pagina>'
    if _esquema(versao, "guias").validate(etree.fromstring(pagina, analisador())):
        return [[] for _ in guias]
    return [problemas_da_guia(guia, versao) for guia in guias]


def validar_mensagem(documento: etree._Element, versao: str) -> list[Problema]:
    """Return what the XSD refuses in a whole message, file form or web-service form.

    Paths start at the root.
    """
    nome = "arquivo" if documento.tag == f"{{{NAMESPACE}}}mensagemTISS" else "ws"
    return _problemas(documento, versao, nome, niveis=1)


def _problemas(documento: etree._Element, versao: str, nome: str, *, niveis: int) -> list[Problema]:
    esquema = _esquema(versao, nome)
    if esquema.validate(documento):
        return []
    return [
        Problema(
            codigo="XSD",
            caminho=(erro.path or "").replace("ans:", "").split("/", niveis)[-1],
            mensagem=_explicar(erro, versao),
        )
        for erro in esquema.error_log
    ]


def _explicar(erro: etree._LogEntry, versao: str) -> str:
    """Return what to do about a refusal. libxml2's own text quotes values: only names leave it."""
    if erro.type_name == "SCHEMAV_ELEMENT_CONTENT":
        # What is expected comes from the schema, never from the document.
        esperados = re.search(r"Expected is (?:one of )?\( ([^()]*) \)", erro.message)
        nomes = re.sub(r"\{[^}]*\}|##other", "", esperados[1] if esperados else "").split(", ")
        if "Missing child" in erro.message:
            return f"falta um elemento aqui dentro: {' ou '.join(nomes)}"
        if esperados:
            return (
                f"elemento fora do lugar: antes dele o padrão {versao} espera {' ou '.join(nomes)}"
            )
        return f"o padrão {versao} não tem este elemento aqui, ou não mais um: retire-o"
    explicacao = _EXPLICACOES.get(erro.type_name, "o padrão {versao} não aceita o valor: corrija")
    return explicacao.format(versao=versao)


def _esquema(versao: str, nome: str) -> etree.XMLSchema:
    # One per thread: the verdict would be right with one for all, its error_log would be mixed.
    conhecidos = _por_thread.__dict__.setdefault("esquemas", {})
    if (versao, nome) not in conhecidos:
        conhecidos[versao, nome] = etree.XMLSchema(etree.fromstring(_fonte(versao, nome)))
    esquema: etree.XMLSchema = conhecidos[versao, nome]
    return esquema


@lru_cache
def _fonte(versao: str, nome: str) -> bytes:
    pasta, sufixo = esquemas.pasta(versao), esquemas.sufixo(versao)
    if nome == "guias":
        guias = pasta / f"tissGuiasV{sufixo}.xsd"
        return _GUIAS.format(ns=NAMESPACE, arquivo=guias.as_uri()).encode(ENCODING)
    arquivo = pasta / f"tiss{'' if nome == 'arquivo' else 'WebServices'}V{sufixo}.xsd"
    return _INCLUI.format(ns=NAMESPACE, arquivo=arquivo.as_uri()).encode(ENCODING)
