-- Changes of policies that wait for another operator: at most one for each model.
CREATE TABLE policy_proposals (
  model text PRIMARY KEY,
  id uuid NOT NULL UNIQUE,
  policy jsonb NOT NULL,
  -- Compact JWE to the portal's own sealing key, as in device_policies.
  factory_secrets text NOT NULL,
  proposed_by text NOT NULL,
  proposed_at timestamptz NOT NULL
);
