-- Which revocations there are, as a number that changes with every transaction that changes them: a CRL is signed again only
-- when it has. One row, locked only while such a transaction commits.
CREATE TABLE crl_revision (
  is_one boolean PRIMARY KEY DEFAULT true CHECK (is_one),
  revision bigint NOT NULL,
  -- The last transaction that raised it: one transaction raises it once, however many certificates it revokes.
  raised_by xid8
);
INSERT INTO crl_revision (revision) VALUES (0);

CREATE FUNCTION raise_crl_revision() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE crl_revision SET revision = revision + 1, raised_by = pg_current_xact_id()
    WHERE raised_by IS DISTINCT FROM pg_current_xact_id();
  RETURN NULL;
END
$$;

-- Deferred to the commit: what a CRL lists and the revision become visible together, and issuances do not wait for one another.
CREATE CONSTRAINT TRIGGER certificate_was_added AFTER INSERT ON certificates DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW WHEN (NEW.revoked_at IS NOT NULL) EXECUTE FUNCTION raise_crl_revision();
CREATE CONSTRAINT TRIGGER certificate_standing_changed AFTER UPDATE ON certificates DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW WHEN (
    (OLD.revoked_at, OLD.revocation_reason, OLD.serial_number)
      IS DISTINCT FROM (NEW.revoked_at, NEW.revocation_reason, NEW.serial_number)
  ) EXECUTE FUNCTION raise_crl_revision();
CREATE CONSTRAINT TRIGGER certificate_was_removed AFTER DELETE ON certificates DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW WHEN (OLD.revoked_at IS NOT NULL) EXECUTE FUNCTION raise_crl_revision();

-- A CRL is read in pages, in the order of the primary key.
DROP INDEX certificates_revoked;
CREATE INDEX certificates_revoked ON certificates (id) WHERE revoked_at IS NOT NULL;

-- What a user did in the present hour, of what is limited; shared by all portal processes.
CREATE TABLE quotas (
  user_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  what text NOT NULL,
  spent integer NOT NULL,
  window_ends_at timestamptz NOT NULL,
  PRIMARY KEY (user_id, what)
);
