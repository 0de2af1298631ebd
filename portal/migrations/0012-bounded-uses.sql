-- What uses were for, where each counts once an hour: cards of other people that someone was told of.
ALTER TABLE quotas ADD COLUMN subjects text[] NOT NULL DEFAULT '{}';
