-- What uses were for, where each counts once an hour: cards of other people that someone was told of.
ALTER TABLE quotas ADD COLUMN subjects text[] NOT NULL DEFAULT '{}';

-- How often someone who was not its phone was refused: only some of that is in the audit log.
ALTER TABLE mobile_enrolments ADD COLUMN refusals integer NOT NULL DEFAULT 0;
