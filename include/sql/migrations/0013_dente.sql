-- Where in the mouth each item of a dental guia was done: a recurso says it again.
-- depends: 0010_indices

ALTER TABLE tiss.guia_item
    ADD COLUMN codigo_dente text,
    ADD COLUMN codigo_regiao text,
    ADD COLUMN dente_face text,
    ADD CONSTRAINT guia_item_um_lugar_na_boca CHECK (num_nonnulls(codigo_dente, codigo_regiao) <= 1);
COMMENT ON COLUMN tiss.guia_item.codigo_dente IS
    'codDente of a dental item; null where it names none, and in guias of before this column';
COMMENT ON COLUMN tiss.guia_item.codigo_regiao IS 'codRegiao, in the place of a tooth';
COMMENT ON COLUMN tiss.guia_item.dente_face IS 'denteFace, up to 5 letters';
