-- The course of each operation, as the engine saw it: names, methods and codes alone. Kept as long as the audit log, and append-only
-- as that is; an issuance adds about fifteen rows.
CREATE TABLE operation_events (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  operation_id text NOT NULL,
  -- The operation's device at that moment.
  device_id uuid,
  actor text NOT NULL,
  -- Of whoever sent the request.
  address text,
  at timestamptz NOT NULL DEFAULT now(),
  what jsonb NOT NULL
);
CREATE INDEX operation_events_operation ON operation_events (operation_id, id);
CREATE INDEX operation_events_device ON operation_events (device_id, operation_id) WHERE device_id IS NOT NULL;

CREATE FUNCTION refuse_change_of_timeline() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'the timeline of operations is append-only';
END
$$;
CREATE TRIGGER operation_events_are_append_only BEFORE UPDATE OR DELETE ON operation_events
  FOR EACH ROW EXECUTE FUNCTION refuse_change_of_timeline();
CREATE TRIGGER operation_events_are_never_emptied BEFORE TRUNCATE ON operation_events
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_of_timeline();

-- What the audit log says of one operation, and of one device besides its operations.
CREATE INDEX audit_operation ON audit (operation_id, id) WHERE operation_id IS NOT NULL;
CREATE INDEX audit_device ON audit (device_id, id) WHERE operation_id IS NULL AND device_id IS NOT NULL;

-- Support bundles that operators attached to devices. The file itself is gzip of JSON; what a list shows stands beside it.
CREATE TABLE support_files (
  id uuid PRIMARY KEY,
  device_id uuid NOT NULL REFERENCES devices (id),
  added_by text NOT NULL,
  added_at timestamptz NOT NULL DEFAULT now(),
  made_by text NOT NULL CHECK (made_by IN ('extension', 'host')),
  failed integer NOT NULL,
  checks integer NOT NULL,
  size integer NOT NULL,
  packed bytea NOT NULL
);
CREATE INDEX support_files_device ON support_files (device_id, added_at);
