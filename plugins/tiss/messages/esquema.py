"""The XSD's own opinion about what was written."""

from __future__ import annotations

from functools import lru_cache
from threading import local

from lxml import etree

from tiss import esquemas
from tiss.domain.guia import Problema
from tiss.settings import ENCODING, NAMESPACE

# A schema of one element per guia, so that a bad guia is named alone and not by its lote.
_GUIAS = """\
<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:ans="{ns}" targetNamespace="{ns}">
  <xs:include schemaLocation="{arquivo}"/>
  <xs:element name="guiaConsulta" type="ans:ctm_consultaGuia"/>
  <xs:element name="guiaSP-SADT" type="ans:ctm_sp-sadtGuia"/>
</xs:schema>"""
_INCLUI = """\
<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="{ns}">
  <xs:include schemaLocation="{arquivo}"/>
</xs:schema>"""

_por_thread = local()


def analisador() -> etree.XMLParser:
    """Return a parser that loads nothing: no entities, no DTD, no network, bounded sizes.

    Comments are left out, or a value would end where one stands in it.
    """
    return etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )


def problemas_da_guia(fragmento: str, versao: str) -> list[Problema]:
    """Return what the XSD refuses in one guia element; empty when it is valid.

    The path names the element; its value is left out: it may be personal.
    """
    abertura = f'<ans:g xmlns:ans="{NAMESPACE}">'
    raiz = etree.fromstring(f"{abertura}{fragmento}</ans:g>", analisador())[0]
    esquema = _esquema(versao, "guias")
    if esquema.validate(raiz):
        return []
    return [
        Problema(
            codigo="XSD",
            # As `conferir` names it: from inside the guia.
            campo=(erro.path or "").replace("ans:", "").split("/", 2)[-1],
            mensagem=f"o padrão {versao} não aceita o valor ou a ordem ({erro.type_name})",
        )
        for erro in esquema.error_log
    ]


def validar_mensagem(documento: etree._Element, versao: str) -> list[str]:
    """Return the paths that the XSD refuses in a whole message, file form or web-service form."""
    nome = "arquivo" if documento.tag == f"{{{NAMESPACE}}}mensagemTISS" else "ws"
    esquema = _esquema(versao, nome)
    if esquema.validate(documento):
        return []
    return [f"{erro.path}: {erro.type_name}" for erro in esquema.error_log]


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
