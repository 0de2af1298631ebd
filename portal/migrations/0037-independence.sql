-- Who put whose account into whose hands, in the order in which it happened. Two people are independent by what it says (accounts/independence.ts).
CREATE TABLE power_acts (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  at timestamptz NOT NULL DEFAULT now(),
  kind text NOT NULL CHECK (kind IN ('appointed', 'made', 'taken', 'confirmed', 'proposed')),
  -- How: the event in the audit log, or why the account counts as appointed.
  what text NOT NULL,
  -- The account that it is about; the author of a proposal.
  subject_id uuid NOT NULL REFERENCES users (id),
  -- Whose act it is; null for the server and for an identity provider.
  actor_id uuid REFERENCES users (id),
  proposal_id uuid UNIQUE,
  CHECK ((kind IN ('made', 'taken', 'confirmed')) = (actor_id IS NOT NULL)),
  CHECK ((kind = 'proposed') = (proposal_id IS NOT NULL))
);
CREATE INDEX power_acts_subject ON power_acts (subject_id, id);

CREATE FUNCTION refuse_change_of_power_acts() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'power_acts only grows';
END $$;
CREATE TRIGGER power_acts_are_append_only BEFORE UPDATE OR DELETE ON power_acts
  FOR EACH ROW EXECUTE FUNCTION refuse_change_of_power_acts();
CREATE TRIGGER power_acts_are_never_emptied BEFORE TRUNCATE ON power_acts
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_of_power_acts();

-- Who has power now counts as appointed by the server, so that nobody is locked out.
INSERT INTO power_acts (kind, what, subject_id)
  SELECT 'appointed', 'upgrade', id FROM users
  WHERE deleted_at IS NULL AND EXISTS (SELECT 1 FROM user_roles WHERE user_id = users.id AND role <> 'user')
  ORDER BY created_at, id;
