"""A prestador for the tests; it checks every answer against the XSD and its hash."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cache

import requests
from lxml import etree

from tiss.settings import ESQUEMAS

NS = {"ans": "http://www.ans.gov.br/padroes/tiss/schemas"}
# The operadora of each version in the simulator of the session
OPERADORAS = {"4.03.00": "999001", "4.02.00": "999003", "4.01.00": "999004"}
LOTE = "tissLoteGuias"
STATUS = "tissSolicitacaoStatusProtocolo"
CANCELAMENTO = "tissCancelaGuia"
DEMONSTRATIVO = "tissSolicitacaoDemonstrativoRetorno"


def operadora(registro_ans: str, **campos: object) -> dict[str, object]:
    return {
        "registro_ans": registro_ans,
        "nome": f"Saúde {registro_ans}",
        "cnpj": "11222333000181",
        "versao": "4.03.00",
        "segundos_recebido": 60,
        "segundos_em_analise": 60,
        "credenciais": [
            {"usuario": "clinica", "senha": "segredo", "codigo_prestador": "P1"},
            {
                "usuario": "outra",
                "senha": "segredo2",
                "codigo_prestador": "P2",
                "cnpj": "00000000000191",
            },
        ],
        "preco_maximo": {"10101012": "300.00", "40304361": "10.00"},
        "nao_cobertos": ["20101023", "40304361"],
        **campos,
    }


@cache
def esquema(versao: str, nome: str = "tissWebServices") -> etree.XMLSchema:
    nome = f"{nome}V{versao.replace('.', '_')}.xsd"
    return etree.XMLSchema(etree.parse(str(ESQUEMAS / versao / nome)))


def conferir_hash(mensagem: etree._Element) -> None:
    valores = [e.text or "" for e in mensagem.iter() if len(e) == 0]
    esperado = hashlib.md5("".join(valores[:-1]).encode("ISO-8859-1")).hexdigest()
    assert valores[-1] == esperado, "the hash of the answer is wrong"


@dataclass(frozen=True)
class Resposta:
    """An answer; raiz: its TISS message or SOAP fault, None when it is not SOAP."""

    status: int
    http: requests.Response
    raiz: etree._Element | None

    def texto(self, caminho: str) -> str | None:
        assert self.raiz is not None, self.http.text
        return self.raiz.findtext(f".//ans:{caminho.replace('/', '/ans:')}", namespaces=NS)

    def textos(self, caminho: str) -> list[str | None]:
        assert self.raiz is not None, self.http.text
        achados = self.raiz.iterfind(f".//ans:{caminho.replace('/', '/ans:')}", NS)
        return [elemento.text for elemento in achados]

    @property
    def fault(self) -> str | None:
        return self.texto("tissFaultWS/tissFault")

    @property
    def faultcode(self) -> str | None:
        return None if self.raiz is None else self.raiz.findtext("faultcode")

    @property
    def faultstring(self) -> str:
        return "" if self.raiz is None else self.raiz.findtext("faultstring") or ""

    @property
    def protocolo(self) -> str:
        return self.texto("numeroProtocolo") or ""

    @property
    def erro(self) -> str | None:
        return self.texto("mensagemErro/codigoGlosa")


@dataclass(frozen=True)
class Cliente:
    url: str
    registro_ans: str = "999001"
    versao: str = "4.03.00"
    usuario: str = "clinica"
    senha: str = "segredo"

    def enviar(
        self,
        corpo: bytes,
        operacao: str = LOTE,
        *,
        senha: str | None = None,
        usuario: str | None = None,
        content_type: str = "text/xml; charset=ISO-8859-1",
        prazo: float = 10.0,
    ) -> Resposta:
        http = requests.post(
            f"{self.url}/{self.registro_ans}/{operacao}",
            data=corpo,
            # As UTF-8: requests would encode text as ISO-8859-1
            auth=((usuario or self.usuario).encode(), (senha or self.senha).encode()),
            headers={"Content-Type": content_type},
            timeout=prazo,
        )
        return Resposta(http.status_code, http, self._conferir(http))

    def _conferir(self, http: requests.Response) -> etree._Element | None:
        if not http.headers.get("Content-Type", "").startswith("text/xml"):
            return None
        assert http.content.startswith(b'<?xml version="1.0" encoding="')
        mensagem = etree.fromstring(http.content)[0][0]
        if mensagem.tag.endswith("}Fault"):
            detalhe = mensagem.find("detail")
            for parte in () if detalhe is None else detalhe:
                esquema(self.versao).assertValid(parte)
            return mensagem
        esquema(self.versao).assertValid(mensagem)
        conferir_hash(mensagem)
        return mensagem
