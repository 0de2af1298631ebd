import { expect, it } from '@jest/globals';
import { readMigrations } from '../../../portal/src/server/store/migrate.js';

/** Scripts with which older portals run, so that processes are upgraded one after the other. */

/** Returns why a portal that does not know a script could fail after it; null if nothing in it says so. */
function whatBreaks(sql: string): string | null {
  const statements = sql
    .replaceAll(/--.*$/gm, '')
    .split(';')
    .map((statement) => statement.trim().replaceAll(/\s+/g, ' '))
    .filter((statement) => statement !== '');
  return statements.find((statement) => !isExpanding(statement)) ?? null;
}

/** True for a statement after which all that an older portal reads and writes is as it was. */
function isExpanding(statement: string): boolean {
  if (/^CREATE (TABLE|INDEX) /.test(statement)) return true;
  if (statement.startsWith('COMMENT ON ')) return true;
  const [, clauses] = /^ALTER TABLE \w+ (.*)$/.exec(statement) ?? [];
  if (clauses === undefined) return false;
  return clauses.split(/, (?=ADD |ALTER |DROP |RENAME )/).every(isHarmlessColumn);
}

/** True for a column that rows of an older portal can do without. */
const isHarmlessColumn = (clause: string): boolean =>
  clause.startsWith('ADD COLUMN ') &&
  (!clause.includes(' NOT NULL') || clause.includes(' DEFAULT ')) &&
  !clause.includes(' CHECK ');

it('only expand the tables', async () => {
  const expanding = (await readMigrations()).filter(({ runsWith }) => runsWith !== null);
  expect(expanding.length).toBeGreaterThan(0);
  expect(expanding.map(({ name, sql }) => [name, whatBreaks(sql)])).toEqual(expanding.map(({ name }) => [name, null]));
});

it.each([
  'ALTER TABLE audit ADD COLUMN request_id text NOT NULL',
  'ALTER TABLE audit DROP COLUMN way',
  'ALTER TABLE audit ADD COLUMN a text, DROP COLUMN way',
  'ALTER TABLE audit RENAME COLUMN way TO by',
  'ALTER TABLE audit ALTER COLUMN way SET NOT NULL',
  'ALTER TABLE audit ADD CHECK (way IS NOT NULL)',
  'CREATE UNIQUE INDEX audit_one ON audit (request_id)',
  'DROP TABLE audit',
  "UPDATE audit SET way = 'x'",
  'CREATE TRIGGER late BEFORE INSERT ON audit FOR EACH ROW EXECUTE FUNCTION refuse_change()',
])('would not: %s', (sql) => {
  expect(whatBreaks(`-- harmless\n${sql};`)).not.toBeNull();
});
