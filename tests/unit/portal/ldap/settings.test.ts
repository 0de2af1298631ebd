import { expect, it } from '@jest/globals';
import { is, parse } from 'valibot';
import { writtenDirectory } from '../../../../portal/src/server/login/ldap/settings.js';

const LEAST = {
  name: 'corp',
  url: 'ldaps://ldap.corp.example',
  bind: { dn: 'cn=portal,dc=corp,dc=example', password: { file: '/etc/cardwright/ldap-password' } },
  base: 'ou=people,dc=corp,dc=example',
};

it('needs little to be written, and takes the rest as OpenLDAP has it', () => {
  expect(parse(writtenDirectory, LEAST)).toMatchObject({
    filter: '(objectClass=person)',
    attributes: { subject: 'entryUUID', username: 'uid' },
    membership: { attribute: 'memberOf' },
    timeout: 10,
  });
});

it.each([
  ['no TLS', { url: 'http://ldap.corp.example' }],
  ['a path', { url: 'ldaps://ldap.corp.example/dc=corp' }],
  ['a user name in the address', { url: 'ldaps://portal@ldap.corp.example' }],
  ['no host', { url: 'ldaps://' }],
  ['a filter that is none', { filter: '(objectClass=person' }],
  ['a filter in the place of an attribute', { attributes: { username: 'uid)(cn' } }],
  ['a password in the settings', { bind: { ...LEAST.bind, password: 'secret' } }],
  ['an unknown member', { tls: false }],
  ['a name with a colon', { name: 'corp:a' }],
])('refuses %s', (_, changes) => {
  expect(is(writtenDirectory, { ...LEAST, ...changes })).toBe(false);
});
