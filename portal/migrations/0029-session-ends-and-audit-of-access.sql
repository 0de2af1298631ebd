-- A session is named to people by an id of its own, which opens nothing. Nobody knows
-- when sessions of before were used last: now.
ALTER TABLE sessions ADD COLUMN id uuid NOT NULL DEFAULT gen_random_uuid();
CREATE UNIQUE INDEX sessions_id ON sessions (id);
ALTER TABLE sessions ADD COLUMN last_used_at timestamptz NOT NULL DEFAULT now();
-- Address and browser of the sign-in. Null in a session of before.
ALTER TABLE sessions ADD COLUMN address inet;
ALTER TABLE sessions ADD COLUMN browser text;
CREATE INDEX sessions_last_used ON sessions (last_used_at);
CREATE INDEX sessions_user ON sessions (user_id);

-- From where, by what way and in which session something was done. Null in a row of before, and where no request was the cause.
ALTER TABLE audit ADD COLUMN address inet;
ALTER TABLE audit ADD COLUMN way text;
ALTER TABLE audit ADD COLUMN session_id uuid;
-- Account that the row is about: whose sign-in, session, roles or account.
ALTER TABLE audit ADD COLUMN person_id uuid;
CREATE INDEX audit_person ON audit (person_id, id) WHERE person_id IS NOT NULL;
CREATE INDEX audit_actor ON audit (actor, id);
CREATE INDEX audit_event ON audit (event, id);
CREATE INDEX audit_address ON audit (address, id) WHERE address IS NOT NULL;
CREATE INDEX audit_at ON audit (at);
