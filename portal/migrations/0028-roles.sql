-- Roles of people. What a role may do is not in the database, but in rights.ts.
CREATE TABLE user_roles (
  user_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  role text NOT NULL CHECK (role IN ('user', 'help-desk', 'operator', 'administrator', 'auditor')),
  -- The group of people whom the role reaches. Null: everybody.
  group_name text CHECK (group_name <> '')
);
CREATE UNIQUE INDEX user_roles_once ON user_roles (user_id, role, coalesce(group_name, ''));
-- Who has a role.
CREATE INDEX user_roles_role ON user_roles (role);

-- The groups of people to which a person belongs.
CREATE TABLE user_groups (
  user_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  group_name text NOT NULL CHECK (group_name <> ''),
  PRIMARY KEY (user_id, group_name)
);

-- Everyone could issue devices of their own, and an operator could do everything.
INSERT INTO user_roles (user_id, role) SELECT id, 'user' FROM users;
INSERT INTO user_roles (user_id, role)
SELECT users.id, added.role FROM users, (VALUES ('operator'), ('administrator')) AS added (role) WHERE users.role = 'operator';
ALTER TABLE users DROP COLUMN role;
