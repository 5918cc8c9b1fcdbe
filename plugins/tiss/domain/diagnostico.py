"""The failures that are known, told to whoever has to mend them: what happened, why, what to do."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Diagnostico:
    """A failure in Portuguese, without a word of the operadora's: it may stand in any log.

    codigo: stable, for filters and statistics. o_que: what happened. porque: the usual cause.
    fazer: what to do. Each begins in lower case and ends without a full stop.
    """

    codigo: str
    o_que: str
    porque: str
    fazer: str

    def __str__(self) -> str:
        fazer = self.fazer[:1].upper() + self.fazer[1:]
        return f"{self.o_que}: {self.porque}. {fazer}."


_DUVIDA = (
    "se o lote ficou em dúvida, procure-o no portal e responda na tela Lotes, ou com tiss lote "
    "resolver; não o mande de novo por fora"
)
_SOZINHO = "nada, se foi uma vez: o sistema tenta de novo sozinho"

_LISTA = (
    # The message
    Diagnostico(
        "NAMESPACE_ERRADO",
        "o serviço não reconhece o nome do pedido",
        "o namespace ou o elemento raiz não é o do serviço deste endereço, como "
        "http://ans.gov.br em lugar de http://www.ans.gov.br/padroes/tiss/schemas, ou o pedido "
        "de uma operação no endereço de outra",
        "confira no contrato se o endereço desta operação não está trocado com o de outra; se "
        "está certo, corrija o namespace no programa que escreve a mensagem",
    ),
    Diagnostico(
        "SOAPACTION_RECUSADA",
        "o serviço não reconhece a SOAPAction",
        "o endereço é de outra operação ou de outra versão do serviço, que tem outra SOAPAction",
        "confira no contrato o endereço da operação e versao_tiss, e peça à operadora a "
        "SOAPAction que o serviço espera",
    ),
    Diagnostico(
        "VERSAO_DO_SOAP",
        "o serviço usa outra versão de SOAP",
        "o padrão TISS manda SOAP 1.1 e este endereço só entende SOAP 1.2, ou o contrário",
        "peça à operadora o endereço SOAP 1.1 do serviço e ponha-o no contrato",
    ),
    Diagnostico(
        "EPILOGO_NO_WEB_SERVICE",
        "o web service recebeu uma mensagem na forma de arquivo",
        "no arquivo o hash fica dentro de epilogo; no web service ele vem direto no pedido, sem "
        "epilogo",
        "envie o pedido pela operação do web service (loteGuiasWS); o arquivo mensagemTISS é só "
        "para o portal",
    ),
    Diagnostico(
        "HASH_RECUSADO",
        "a operadora recusou o hash",
        "o conteúdo mudou depois do cálculo, ou ela o calcula de outro modo, e não se sabe qual",
        "rode tiss hash no arquivo que foi enviado: se confere, peça à operadora o hash que ela "
        "esperava e o texto sobre o qual o calcula",
    ),
    Diagnostico(
        "CODIFICACAO_RECUSADA",
        "a operadora não conseguiu ler os caracteres da mensagem",
        "há acentos ou sinais numa codificação que não é a que o XML declara, ou que ela não "
        "aceita",
        "deixe ascii_somente = true no contrato; num arquivo, grave-o na codificação que a "
        "primeira linha declara (ISO-8859-1) e confira com tiss validar",
    ),
    Diagnostico(
        "ELEMENTO_FALTANDO",
        "falta um elemento obrigatório, ou os elementos estão fora de ordem",
        "a operadora encontrou um elemento onde esperava outro, que vem antes",
        "preencha na consulta, ou no contrato, o campo que ela esperava; se está preenchido, "
        "confira se versao_tiss é a versão do serviço e avise quem mantém o sistema",
    ),
    Diagnostico(
        "ELEMENTO_FORA_DO_LUGAR",
        "a operadora não aceita um elemento onde ele está",
        "o elemento está em outro nível ou não existe na versão do serviço; algumas operadoras "
        "também recusam elementos opcionais",
        "confira se versao_tiss é a versão do serviço; se é, deixe o campo opcional vazio na "
        "consulta ou avise quem mantém o sistema",
    ),
    Diagnostico(
        "ELEMENTO_INCOMPLETO",
        "a operadora diz que um elemento não está completo",
        "falta nele um elemento obrigatório, ou esse elemento foi escrito em outro nível, como "
        "quantidadeSolicitada dentro de procedimento em vez de ao lado",
        "preencha o campo que ela esperava; se está preenchido, corrija o nível em que o "
        "programa o escreve",
    ),
    Diagnostico(
        "CAMPO_VAZIO",
        "um campo chegou vazio",
        "o elemento está na mensagem sem nenhum texto, e o padrão pede ao menos um caractere",
        "preencha o campo na consulta ou no cadastro; se é opcional, o elemento vazio deve sair "
        "da mensagem",
    ),
    Diagnostico(
        "CAMPO_LONGO",
        "um campo passa do tamanho aceito",
        "o texto é mais longo do que a versão do serviço aceita",
        "abrevie o texto na consulta ou no cadastro; num número ou código, veja se não há outra "
        "coisa no campo",
    ),
    Diagnostico(
        "CAMPO_FORA_DO_FORMATO",
        "um campo não tem a forma que o serviço espera",
        "o código não está na lista da versão do serviço, ou o valor não é do tipo do campo",
        "confira o campo na consulta (documentos só com algarismos, UF pelo código do IBGE, "
        "ponto decimal); se está certo, confira se versao_tiss é a versão do serviço",
    ),
    Diagnostico(
        "MENSAGEM_FORA_DO_PADRAO",
        "a operadora diz que a mensagem não segue o padrão",
        "o esquema dela recusou algum elemento, e a resposta não diz qual",
        "confira se versao_tiss é a versão do serviço; exporte o lote, rode tiss validar no "
        "arquivo e, se nada aparecer, peça à operadora a linha do erro",
    ),
    Diagnostico(
        "VERSAO_RECUSADA",
        "a operadora não aceita esta versão do padrão TISS",
        "o serviço deste endereço é de outra versão: muitas operadoras têm um endereço por versão",
        "ajuste versao_tiss e os endereços do contrato para a mesma versão, a que a operadora "
        "informou",
    ),
    # Who talks to whom
    Diagnostico(
        "PRESTADOR_DESCONHECIDO",
        "a operadora não reconhece o prestador",
        "o código, CNPJ ou CPF da origem não é o que ela tem no cadastro ou não está habilitado "
        "a usar o serviço; algumas respondem assim quando falta o login no cabeçalho",
        "confira codigo_prestador no contrato (vazio, vai o CNPJ ou CPF) e se ela pede "
        "envia_login_senha; se estão certos, peça a liberação do web service",
    ),
    Diagnostico(
        "DESTINATARIO_ERRADO",
        "a operadora diz que a mensagem não é para ela",
        "o registro ANS do destino não é o de quem atende neste endereço",
        "confira registro_ans e o endereço do contrato: grupos com vários registros costumam ter "
        "um endereço para cada um",
    ),
    Diagnostico(
        "LOGIN_RECUSADO",
        "a operadora recusou o login e a senha da mensagem",
        "o usuário ou a senha está errado ou venceu, ou ela espera os do portal em outra forma",
        "confirme usuário e senha no portal, uma vez só, e corrija a conexão do Airflow: muitas "
        "operadoras bloqueiam depois de poucas tentativas",
    ),
    Diagnostico(
        "USUARIO_BLOQUEADO",
        "o usuário do prestador parece bloqueado na operadora",
        "houve tentativas demais com senha errada, ou o acesso foi suspenso",
        "ligue para a operadora e peça o desbloqueio antes de tentar de novo; depois corrija a "
        "senha na conexão ou rode tiss liberar credencial",
    ),
    Diagnostico(
        "AUTENTICACAO_RECUSADA",
        "o servidor recusou usuário e senha (HTTP 401)",
        "estão errados ou vencidos, ou o contrato não usa o tipo de autenticação que o serviço "
        "pede",
        "confira tipo_autenticacao no contrato e a senha no portal, uma vez só; corrija a "
        "conexão do Airflow",
    ),
    Diagnostico(
        "ACESSO_NEGADO",
        "o servidor negou o acesso (HTTP 403)",
        "o usuário pode estar bloqueado ou sem permissão para este serviço, ou o IP da clínica "
        "não está liberado",
        "ligue para a operadora antes de tentar de novo: insistir com um usuário bloqueado "
        "prolonga o bloqueio",
    ),
    Diagnostico(
        "PROXY_PEDE_SENHA",
        "um proxy pediu autenticação (HTTP 407)",
        "a rede da clínica não deixa o servidor sair direto para a internet",
        "peça à rede que libere a saída do servidor para o endereço da operadora, sem proxy",
    ),
    Diagnostico(
        "CERTIFICADO_DO_CLIENTE",
        "o servidor pede um certificado do cliente, ou recusou o que recebeu",
        "a operadora autentica o prestador por certificado digital (mTLS), e ele falta, venceu "
        "ou não está cadastrado lá",
        "envie à operadora o certificado da clínica para cadastro e configure-o na conexão",
    ),
    # The business
    Diagnostico(
        "JA_RECEBIDO",
        "a operadora diz que já tem este lote ou uma das suas guias",
        "uma tentativa anterior chegou, ou o número já foi usado por outro sistema",
        "procure o lote e as guias no portal antes de qualquer outra coisa; se estão lá, informe "
        "o protocolo; se o número é de outro sistema, aumente proximo_numero_lote no contrato",
    ),
    Diagnostico(
        "LOTE_ACIMA_DO_LIMITE",
        "o lote passa do limite da operadora",
        "ela aceita menos guias por lote, ou menos bytes por mensagem, do que o padrão permite",
        "diminua max_guias no contrato para o limite que ela informa",
    ),
    Diagnostico(
        "FORA_DO_PRAZO",
        "a operadora diz que a entrega está fora do prazo ou do calendário",
        "o período de entrega do mês fechou ou ainda não abriu, ou o atendimento passou do prazo "
        "do contrato",
        "veja no portal o calendário de entrega: se abre outro, espere; se o prazo do "
        "atendimento passou, negocie com a operadora",
    ),
    # The address
    Diagnostico(
        "ENDERECO_INTERNO",
        "o endereço é da rede interna da operadora",
        "o endereço publicado no WSDL é interno",
        "use no contrato o endereço externo que a operadora informou, nunca o do WSDL",
    ),
    Diagnostico(
        "ENDERECO_INVALIDO",
        "o endereço do contrato não é um endereço",
        "falta https://, ou há um erro de escrita",
        "corrija url_base e o endereço da operação no contrato",
    ),
    Diagnostico(
        "REDIRECIONADO",
        "o servidor mandou usar outro endereço",
        "o serviço mudou de lugar, ou o endereço é o do portal e não o do web service",
        "confirme com a operadora e ponha o novo endereço no contrato: a mensagem não segue "
        "sozinha para um lugar que ninguém conferiu",
    ),
    Diagnostico(
        "ENDERECO_ERRADO",
        "não há serviço neste endereço",
        "o caminho está errado, é de outra versão ou de outra operação",
        "confira no contrato url_base e o endereço da operação com o manual da operadora, letra "
        "por letra: maiúsculas contam",
    ),
    Diagnostico(
        "METODO_NAO_ACEITO",
        "o endereço existe, mas não recebe pedidos (HTTP 405)",
        "é o de uma página ou do WSDL, e não o do serviço",
        "tire ?wsdl do endereço e confira-o com o manual da operadora",
    ),
    Diagnostico(
        "FORMATO_NAO_ACEITO",
        "o serviço não aceita a forma do pedido (HTTP 415)",
        "ele espera outro Content-Type: é um serviço SOAP 1.2 ou não é SOAP",
        "peça à operadora o endereço SOAP 1.1 do serviço (text/xml com SOAPAction)",
    ),
    # The server
    Diagnostico(
        "MENSAGEM_GRANDE",
        "o servidor não aceita mensagens deste tamanho (HTTP 413)",
        "o lote tem mais bytes do que ele, ou um proxy no caminho, deixa passar",
        "diminua max_guias no contrato",
    ),
    Diagnostico(
        "PEDIDOS_DEMAIS",
        "a operadora pediu para esperar (HTTP 429)",
        "chegaram pedidos demais em pouco tempo",
        "nada agora: o sistema tenta de novo sozinho; se acontece toda noite, aumente "
        "intervalo_envios ou diminua max_envios_simultaneos no contrato",
    ),
    Diagnostico(
        "SERVIDOR_COM_ERRO",
        "o sistema da operadora falhou",
        "houve um erro interno lá, que tanto pode ter vindo antes como depois de guardar o lote",
        f"{_DUVIDA}; se acontece sempre com o mesmo lote, mande a hora e o número à operadora",
    ),
    Diagnostico(
        "SERVIDOR_INDISPONIVEL",
        "o sistema da operadora está fora do ar",
        "está em manutenção, sobrecarregado, ou o servidor atrás do endereço não respondeu",
        "se o lote ficou EM_DUVIDA, procure-o no portal antes de reenviar; se ficou PENDENTE, "
        "sai de novo sozinho",
    ),
    # A page where XML should be
    Diagnostico(
        "PAGINA_DE_LOGIN",
        "veio uma página de login no lugar da resposta",
        "o endereço é o do portal, ou a rede da clínica pede login para sair à internet",
        "confira se o endereço do contrato é o do web service; se é, abra-o num navegador do "
        "servidor e veja de quem é a página",
    ),
    Diagnostico(
        "PAGINA_DE_MANUTENCAO",
        "veio uma página de manutenção no lugar da resposta",
        "o sistema da operadora está fora do ar",
        "espere o fim da manutenção; se o lote ficou EM_DUVIDA, procure-o no portal antes de "
        "reenviar",
    ),
    Diagnostico(
        "PAGINA_DE_BLOQUEIO",
        "veio uma página de bloqueio no lugar da resposta",
        "um firewall ou proxy, da operadora ou da rede da clínica, barrou o pedido",
        "peça à operadora que libere o IP da clínica e à rede que libere o endereço dela",
    ),
    Diagnostico(
        "PAGINA_HTML",
        "veio uma página HTML no lugar da resposta",
        "o endereço é o de um site e não o do web service, ou um proxy respondeu no lugar dele",
        "confira o endereço do contrato com o manual da operadora; se o lote ficou EM_DUVIDA, "
        "procure-o no portal antes de reenviar",
    ),
    # The reply
    Diagnostico(
        "RESPOSTA_VAZIA",
        "a resposta veio vazia",
        "o servidor aceitou a conexão e não disse nada: o endereço pode não ser o do serviço",
        f"{_DUVIDA}; se acontece sempre, confira o endereço do contrato",
    ),
    Diagnostico(
        "RESPOSTA_CORTADA",
        "a resposta começou e não chegou inteira",
        "a conexão caiu, o prazo acabou ou a resposta passou do limite de tamanho",
        _DUVIDA,
    ),
    Diagnostico(
        "RESPOSTA_ILEGIVEL",
        "a resposta não é uma mensagem TISS",
        "o endereço é de outro serviço, ou a operadora responde fora do padrão",
        "confira o endereço do contrato; a resposta está guardada como veio em tiss.troca: "
        "mostre-a a quem mantém o sistema",
    ),
    Diagnostico(
        "FALHA_DESCONHECIDA",
        "o web service respondeu com uma falha que não é das conhecidas",
        "só as palavras da operadora dizem qual",
        "leia o que ela escreveu na resposta, guardada em tiss.troca, e leve-o ao suporte dela; se "
        "o lote ficou EM_DUVIDA, procure-o no portal antes de reenviar",
    ),
    # TLS
    Diagnostico(
        "CERTIFICADO_VENCIDO",
        "o certificado do servidor está fora da validade",
        "a operadora não o renovou, ou o relógio daqui está errado",
        "confira a data do servidor daqui; se está certa, avise a operadora e espere: nada foi "
        "enviado",
    ),
    Diagnostico(
        "CERTIFICADO_DE_OUTRO_NOME",
        "o certificado do servidor é de outro nome",
        "o endereço do contrato não é o que a operadora publica, como um IP no lugar do nome, ou "
        "alguém responde no lugar dela",
        "use o nome que a operadora informou; nada foi enviado",
    ),
    Diagnostico(
        "CERTIFICADO_AUTOASSINADO",
        "o certificado do servidor foi assinado por ele mesmo",
        "é um servidor de testes, ou alguém responde no lugar da operadora",
        "peça à operadora o certificado por um caminho seguro e cadastre-o no contrato como "
        "autoridade (CA); nada foi enviado",
    ),
    Diagnostico(
        "CERTIFICADO_SEM_AUTORIDADE",
        "não se conhece quem assinou o certificado do servidor",
        "a operadora usa uma autoridade própria ou da ICP-Brasil, o servidor dela não manda a "
        "cadeia inteira, ou um proxy da rede troca o certificado",
        "peça à operadora o certificado da autoridade (CA) e cadastre-o no contrato; nada foi "
        "enviado",
    ),
    Diagnostico(
        "CERTIFICADO_RECUSADO",
        "o certificado do servidor não pôde ser aceito",
        "ele não serve para este uso, ou foi feito de um modo que já não é seguro",
        "avise a operadora, com o motivo que o log mostra; nada foi enviado",
    ),
    Diagnostico(
        "TLS_SEM_ACORDO",
        "a conexão segura (TLS) não se fez",
        "o servidor só fala uma versão ou cifra antiga, que já não é segura, ou exige um "
        "certificado do cliente",
        "pergunte à operadora se o serviço aceita TLS 1.2 e se pede certificado do cliente; nada "
        "foi enviado",
    ),
    Diagnostico(
        "SEM_TLS",
        "o servidor não fala TLS nesta porta",
        "o endereço diz https e a porta é de http, ou um proxy respondeu",
        "confira a porta do endereço no contrato com a operadora; nada foi enviado",
    ),
    # The network
    Diagnostico(
        "SERVIDOR_NAO_ENCONTRADO",
        "o nome do servidor não foi encontrado (DNS)",
        "o nome está escrito errado, só existe na rede da operadora, como os que o WSDL publica, "
        "ou a rede daqui está sem DNS",
        "confira o nome no contrato com o que a operadora informou; se está certo, veja a rede "
        "daqui: nada foi enviado, e o sistema tenta de novo sozinho",
    ),
    Diagnostico(
        "CONEXAO_RECUSADA",
        "o servidor recusou a conexão",
        "o serviço está parado, ou a porta do endereço está errada",
        f"{_SOZINHO}; se continua, confira a porta no contrato e ligue para a operadora",
    ),
    Diagnostico(
        "CONEXAO_SEM_RESPOSTA",
        "o servidor não respondeu ao pedido de conexão",
        "está fora do ar, ou um firewall, daqui ou de lá, descarta o que vem do IP da clínica",
        f"{_SOZINHO}; se continua, peça à operadora que libere o IP da clínica",
    ),
    Diagnostico(
        "CONEXAO_CAIU_ANTES",
        "a conexão caiu antes de o pedido sair inteiro",
        "a rede oscilou, ou o servidor fechou a conexão no meio",
        f"{_SOZINHO}; se acontece sempre com lotes grandes, diminua max_guias no contrato",
    ),
    Diagnostico(
        "CONEXAO_CAIU_DEPOIS",
        "a conexão caiu depois que o pedido saiu, sem resposta",
        "o servidor fechou a conexão ou a rede caiu: o pedido pode ter chegado",
        _DUVIDA,
    ),
    Diagnostico(
        "RESPOSTA_DEMOROU",
        "o pedido saiu e a resposta não veio no prazo",
        "a operadora demorou: o pedido pode ter chegado e estar em processamento",
        f"{_DUVIDA}; se acontece sempre, aumente segundos_resposta ou diminua max_guias no "
        "contrato",
    ),
    Diagnostico(
        "PRAZO_VENCIDO",
        "o prazo da tentativa acabou antes do envio",
        "a máquina daqui parou ou ficou lenta demais no meio da tentativa",
        _SOZINHO,
    ),
)
# Code -> diagnosis, in the order of the manual.
DIAGNOSTICOS = {um.codigo: um for um in _LISTA}
