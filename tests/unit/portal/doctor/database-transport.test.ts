import { expect, it } from '@jest/globals';
import { checkDatabaseTransport } from '../../../../portal/src/server/commands/doctor/database-transport.js';

it.each([
  'postgres://cardwright:swordfish@db.example.com/cardwright',
  'postgres://cardwright:swordfish@db.example.com:5433/cardwright?sslmode=disable',
  'postgresql://cardwright:swordfish@10.0.0.7/cardwright?sslmode=no-verify',
  'postgres://cardwright:swordfish@db.example.com/cardwright?sslmode=prefer',
  'postgres://cardwright:swordfish@localhost.example.com/cardwright',
  'postgres://cardwright:swordfish@127.0.0.1.example.com/cardwright',
  'postgres://cardwright:swordfish@localhost/cardwright?host=db.example.com',
])('warns of a database that others on the way can read: %s', (url) => {
  const finding = checkDatabaseTransport(url);
  expect(finding).toMatchObject({ outcome: 'warning', area: 'database' });
  expect(JSON.stringify(finding)).not.toContain('swordfish');
});

it.each([
  'postgres://cardwright:swordfish@db.example.com/cardwright?sslmode=verify-full',
  'postgres://cardwright:swordfish@localhost/cardwright',
  'postgres://cardwright:swordfish@127.0.0.1:5433/cardwright',
  'postgres://cardwright:swordfish@[::1]/cardwright',
  'postgres:///cardwright?host=/var/run/postgresql',
  'postgres://cardwright@%2Fvar%2Frun%2Fpostgresql/cardwright',
  'no address',
])('has nothing to say of %s', (url) => {
  expect(checkDatabaseTransport(url)).toBeNull();
});
