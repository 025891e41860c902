-- safe while older services run
-- Whether an attempt may have handed a mail over without anybody knowing: such a mail is finished, also where its
-- recipient wants no more of them by now. A mail that surely did not go out is not.
ALTER TABLE notice.delivery ADD COLUMN begun boolean NOT NULL DEFAULT false;
