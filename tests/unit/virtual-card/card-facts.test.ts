import { createPublicKey, X509Certificate } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { profileNames, readCardFacts } from '@cardwright/virtual-card';
import { StateFile } from '../../../virtual-card/src/card/state-file.js';
import { makeCard } from '../../../virtual-card/src/factory.js';
import { traces } from '../../support/card-secrets.js';
import { pin, tag, TestChip, SELECT_PIV, withData } from './blank-chip.js';

const GUID = '0123456789ABCDEF0123456789ABCDEF';
const PIN = '739154';
/** As PUT DATA has it: CHUID with a GUID. */
const CHUID = tag('5C', '5FC102') + tag('53', tag('30', '') + tag('34', GUID) + tag('3E', '') + tag('FE', ''));

describe('the facts of a virtual card', () => {
  let folder: string;
  let file: string;

  beforeAll(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'cardwright-facts-'));
    file = path.join(folder, 'card.json');
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it('tell that it is blank', async () => {
    new StateFile(file).save(await makeCard({ profile: 'piv' }));
    expect(readCardFacts(file)).toEqual({
      profile: 'piv',
      serial: null,
      guid: null,
      pin: { triesLeft: 3, isFactory: true },
      puk: { triesLeft: 3, isFactory: true },
      managementKey: { algorithm: '3DES', isFactory: true },
      slots: {},
      fido: null,
    });
  });

  it.each(profileNames)('are read of every card: %s', async (profile) => {
    const other = path.join(folder, `${profile}.json`);
    new StateFile(other).save(await makeCard({ profile, locked: true }));
    expect(readCardFacts(other)).toMatchObject({ profile, pin: { triesLeft: 0 }, puk: { triesLeft: 0 } });
  });

  it('tell what was done to it, and no secret', async () => {
    const card = await TestChip.make('yubikey');
    await card.expectOk(SELECT_PIV);
    await card.authenticate('0A');
    const key = await card.data('0047009A05AC03800111');
    await card.expectOk(withData('00DB3FFF', CHUID));
    const certificate = await attestationOf(card);
    await card.expectOk(
      withData('00DB3FFF', tag('5C', '5FC105') + tag('53', tag('70', certificate) + tag('71', '00') + tag('FE', ''))),
    );
    await card.expectOk(withData('00240080', pin('123456') + pin(PIN)));
    expect(await card.status(withData('00200080', pin('000000')))).toBe('63C2');
    new StateFile(file).save(card.card.state);

    const facts = readCardFacts(file);
    expect(facts).toMatchObject({
      profile: 'yubikey',
      serial: 12_345_678,
      guid: '01234567-89ab-cdef-0123-456789abcdef',
      pin: { triesLeft: 2, isFactory: false },
      puk: { triesLeft: 3, isFactory: true },
      managementKey: { algorithm: 'AES-192', isFactory: true },
      slots: { '9A': { algorithm: 'P-256', origin: 'generated' }, F9: { algorithm: 'P-256', origin: 'imported' } },
    });
    const slot = facts.slots['9A'];
    const spki = createPublicKey({ key: Buffer.from(slot?.publicKey ?? '', 'base64url'), type: 'spki', format: 'der' });
    const { x = '' } = spki.export({ format: 'jwk' });
    expect(key).toContain(Buffer.from(x, 'base64url').toString('hex').toUpperCase());
    expect(new X509Certificate(Buffer.from(slot?.certificate ?? '', 'base64url')).publicKey.equals(spki)).toBe(true);
    expect(facts.slots.F9?.certificate).toEqual(expect.any(String));

    const told = JSON.stringify(facts);
    // Its serial number has the digits of its PUK.
    const secrets = [PIN].map((secret) => Buffer.from(secret));
    const keys = [...card.card.state.keys.values()].map(({ privateKey }) => privateKey);
    for (const secret of [...secrets, ...keys].flatMap(traces)) expect(told).not.toContain(secret.toString('latin1'));
  });

  it('are of a card, and of nothing else', () => {
    expect(() => readCardFacts(path.join(folder, 'none'))).toThrow('There is no card');
    const paper = path.join(folder, 'paper');
    writeFileSync(paper, '{}');
    expect(() => readCardFacts(paper)).toThrow('not the memory of a virtual card');
  });
});

/** A certificate for the key in 9A, in hexadecimal. */
const attestationOf = (card: TestChip): Promise<string> => card.data('00F99A00');
