-- Whether the register of the ANS was loaded: without it an unknown operadora proves nothing.
SELECT EXISTS (SELECT FROM tiss.operadora_ans) AS tem;
