import { expect, it } from '@jest/globals';
import { addressGroup } from '../../../../portal/src/server/accounts/address-group.js';

it.each([
  ['an IPv4 address', '192.0.2.7', '192.0.2.7'],
  ['an IPv4 address as a socket of IPv6 names it', '::ffff:192.0.2.7', '192.0.2.7'],
  ['the same in hexadecimal', '::ffff:c000:207', '192.0.2.7'],
  ['an IPv6 address', '2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['the first of its network', '2001:db8:1:2::', '2001:db8:1:2::/64'],
  ['the same in capitals and with zeros', '2001:0DB8:0001:0002:0000:0000:0000:00FF', '2001:db8:1:2::/64'],
  ['one with a zone', 'fe80::1%eth0', 'fe80:0:0:0::/64'],
  ['the loopback address', '::1', '0:0:0:0::/64'],
  ['what is no address', 'unknown', 'unknown'],
])('counts %s under its network', (_, address, group) => {
  expect(addressGroup(address)).toBe(group);
});

it('counts the next network apart', () => {
  expect(addressGroup('2001:db8:1:3::1')).not.toBe(addressGroup('2001:db8:1:2::1'));
});
