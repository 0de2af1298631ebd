import { X509Certificate } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { blankChip, FACTORY_KEY, SELECT_PIV, TestChip } from './blank-chip.js';
import { CtapClient, map, SELECT_FIDO } from './ctap-client.js';
import { authenticated, login, May, register, withPin } from './ctap-credentials.js';

/** Status codes of CTAP 2.1, 8.2. */
const [NO_CREDENTIALS, PIN_AUTH_INVALID, UP_REQUIRED] = [0x2e, 0x33, 0x3b];
const RESET = 0x07;
const DELETE = 6;

const deletion = (id: Buffer) => map([2, map(['id', id], ['type', 'public-key'])]);

describe('a FIDO2 key that deviates from the standard', () => {
  it('knows no instruction after a reset, until it is selected again', async () => {
    const client = await CtapClient.insert('fido-key-odd');
    expect(await client.status(RESET)).toBe(0);
    expect(await client.apdu('80108000010400')).toBe('6D00');
    await client.apdu(SELECT_FIDO);
    expect(await client.option('clientPin')).toBe(false);
  });

  it('stays selected after a reset that it refuses', async () => {
    const client = await CtapClient.insert('fido-key-odd', { touch: 'denied' });
    expect(await client.status(RESET)).not.toBe(0);
    expect(await client.option('clientPin')).toBe(false);
  });

  it('deletes a credential only with a token for all relying parties', async () => {
    const client = await withPin('fido-key-odd');
    const { id } = await register(client);
    const bound = await client.token(May.manage, 'example.com');
    const remove = (token: typeof bound) => client.status(0x0a, authenticated(0x0a, token, DELETE, deletion(id)));
    expect(await remove(bound)).toBe(PIN_AUTH_INVALID);
    expect(client.state.fido?.credentials).toHaveLength(1);
    expect(await remove(await client.token(May.manage))).toBe(0);
    expect(client.state.fido?.credentials).toEqual([]);
  });

  it('loses a new credential while its user must always be verified', async () => {
    const client = await withPin('fido-key-odd');
    const kept = await register(client, { userId: 'bob' });
    if (client.state.fido) client.state.fido.alwaysUv = true;
    const lost = await register(client);
    const ask = (id: Buffer) => client.status(0x02, login({ allow: [id], up: false }));
    expect(await ask(lost.id)).toBe(NO_CREDENTIALS);
    expect(await ask(kept.id)).toBe(0);
  });

  it('signs nothing without a touch', async () => {
    const client = await withPin('fido-key-touch');
    const { id } = await register(client);
    expect(await client.status(0x02, login({ allow: [id], up: false }))).toBe(UP_REQUIRED);
    expect(await client.status(0x02, login({ allow: [id] }))).toBe(0);
  });
});

describe('a card for mobile networks', () => {
  it('answers 9F0C to every SELECT, and knows no PIV', async () => {
    const chip = await TestChip.make('gsm-select');
    for (const apdu of [SELECT_PIV, SELECT_FIDO]) expect(await chip.status(apdu)).toBe('9F0C');
    expect(await chip.status('00200080')).toBe('6D00');
  });
});

describe('an applet of another vendor', () => {
  it('has AES management keys alone, beside a version that had none', async () => {
    const chip = await blankChip('applet-attests');
    expect(await chip.data('00FD0000')).toBe('050400');
    expect(await chip.data('00F7009B')).toBe('01010A02020001050101');
    await chip.authenticate('0A');
    const key = FACTORY_KEY.toString('hex');
    expect(await chip.status(`00FFFFFF1B039B18${key}`)).toBe('6A80');
    expect(await chip.status(`00FFFFFF1B0A9B18${key}`)).toBe('9000');
  });

  it('attests in words of its own', async () => {
    const chip = await blankChip('applet-attests');
    await chip.authenticate('0A');
    await chip.data('0047009A05AC03800111');
    const { subject } = new X509Certificate(Buffer.from(await chip.data('00F99A00'), 'hex'));
    expect(subject).toBe('CN=PIV Attestation 9a');
  });
});
