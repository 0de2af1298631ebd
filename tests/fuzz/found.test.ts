import { expect, it } from '@jest/globals';
import { bytes } from '@cardwright/protocol/schemas';
import { Card, Chip, makeCard } from '@cardwright/virtual-card';
import * as v from 'valibot';
import { systemClock } from '../../native-host/src/clock.js';
import { FuzzedHost, makeCms } from './support/fuzzed-host.js';

/** The smallest inputs that found a fault. */

const openHost = async (): Promise<FuzzedHost> => {
  const chip = new Chip(new Card(await makeCard({ profile: 'piv' })), () => undefined);
  const host = await FuzzedHost.start(chip, await makeCms(), systemClock);
  await host.open();
  return host;
};

it.each(['x', 'AAAAA', 'A'.repeat(9)])('takes no text whose last character is no byte: %s', async (text) => {
  expect(v.is(bytes(16), text)).toBe(false);
  const host = await openHost();
  await host.step('object.write', { object: 'chuid', content: text });
  await host.close();
  expect(host.faults).toEqual([]);
});

it.each(['', 'AAAA'])('refuses a key of the CMS that is no key: %s', async (publicKey) => {
  const host = await openHost();
  const challenge = 'A'.repeat(22);
  const ended = await host.step('csr.create', { slot: '9A', commonName: 'x', challenge, publicKey, secrets: {} });
  await host.close();
  expect(ended).toMatchObject({ result: { outcomes: [{ error: { data: { name: 'ALGORITHM_NOT_SUPPORTED' } } }] } });
  expect(host.faults).toEqual([]);
});
