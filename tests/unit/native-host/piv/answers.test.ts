import { describe, expect, it } from '@jest/globals';
import { certificateObject } from '../../../../native-host/src/applets/piv/objects.js';
import { PivChannel } from '../../../../native-host/src/applets/piv/piv-channel.js';
import { ScriptedCard, plainPiv, select, withVersion, type Script } from './scripted-card.js';

const CERTIFICATE = `7003aabbcc710100fe00`;
const OBJECT = `53${(CERTIFICATE.length / 2).toString(16).padStart(2, '0')}${CERTIFICATE}`;

describe('an answer', () => {
  it('is fetched whole even for a test of existence: a strict card refuses other commands before', async () => {
    let waiting = false;
    const card = plainPiv([
      ['00c0', () => ((waiting = false), `${OBJECT.slice(8)}9000`)],
      ['00cb', () => ((waiting = true), `${OBJECT.slice(0, 8)}6108`)],
      ['0087', () => (waiting ? '6985' : '7c0a80080011223344556677'.concat('9000'))],
    ]);
    const piv = await select(card);
    await expect(piv.objects.has(certificateObject('9A'))).resolves.toBe(true);
    await expect(piv.managementKey.getWitness('3DES')).resolves.toHaveLength(8);
  });
});

/** Creates a card with a vendor's version whose reader or applet supports only short lengths. */
const shortOnly = (script: Script) => {
  const isExtended = (apdu: string) => apdu.length > 10 && apdu.slice(8, 10) === '00';
  const inner = withVersion('050403', script);
  return Object.assign(new ScriptedCard([]), {
    transmit(this: ScriptedCard, apdu: Uint8Array): Promise<Uint8Array> {
      const command = Buffer.from(apdu).toString('hex');
      this.received.push(command);
      return isExtended(command) ? Promise.resolve(Buffer.from('6700', 'hex')) : inner.transmit(apdu);
    },
  });
};

describe('extended length', () => {
  it('is given up permanently at the first 6700: the command is repeated in the short form', async () => {
    const card = shortOnly([['00cb3fff055c035fc105', `${OBJECT}9000`]]);
    const piv = await select(card, true);
    expect(piv.serial).toBe('12345678');
    await expect(piv.objects.has(certificateObject('9A'))).resolves.toBe(true);
    expect(card.received).toEqual([
      expect.stringMatching(/^00a40400/),
      '00fd000000',
      '00f8000000',
      '00cb3fff0000055c035fc1050000',
      '00cb3fff055c035fc10500',
    ]);
  });

  it('is replaced by a chain if the data are long', async () => {
    const card = shortOnly([
      ['10db3fff', '9000'],
      ['00db3fff', '9000'],
    ]);
    const piv = await select(card, true);
    await piv.objects.put(certificateObject('9A'), new Uint8Array(600));
    expect(card.sent('db').map((apdu) => apdu.slice(0, 10))).toEqual([
      '00db3fff00',
      '10db3fffff',
      '10db3fffff',
      '00db3fff63',
    ]);
  });

  it('is kept if it works', async () => {
    const card = withVersion('050403', [['00db3fff00', '9000']]);
    const piv = await select(card, true);
    await piv.objects.put(certificateObject('9A'), new Uint8Array(600));
    expect(card.sent('db')).toHaveLength(1);
  });

  it('is not tried if reader or version rules it out', async () => {
    const [other, old] = [withVersion('050403', []), withVersion('030105', [])];
    await select(other, false);
    const piv = await select(old, true);
    await piv.objects.has(certificateObject('9A')).catch(() => undefined);
    expect([...other.received, ...old.received].filter((apdu) => /^.{8}00./.test(apdu))).toEqual([]);
  });

  it('is used on a plain card that announces it, and on no other', async () => {
    const script: Script = [['00cb', '6a82']];
    const [announcing, silent] = [plainPiv(script), plainPiv(script)];
    await (await select(announcing, true, true)).objects.has(certificateObject('9A'));
    await (await select(silent, true, false)).objects.has(certificateObject('9A'));
    expect(announcing.sent('cb')).toEqual(['00cb3fff0000055c035fc1050000']);
    expect(silent.sent('cb')).toEqual(['00cb3fff055c035fc10500']);
  });

  it('is used only when a short command does not suffice: secrets are sent in short form', async () => {
    const card = plainPiv([
      ['00cb', '6a82'],
      ['0020', '9000'],
      ['0024', '9000'],
      ['002c', '9000'],
      ['0087', '7c0a800800112233445566779000'],
    ]);
    const piv = await select(card, true, true);
    await piv.objects.has(certificateObject('9A'));
    const secret = Buffer.from('12345678');
    await piv.pins.verifyPin(secret);
    await piv.pins.changePuk(secret, secret);
    await piv.pins.unblockPin(secret, secret);
    await piv.managementKey.getWitness('3DES');
    const [, , , ...rest] = card.received;
    expect(rest.map((apdu) => apdu.slice(0, 10))).toEqual(['0020008008', '0024008110', '002c008010', '0087039b04']);
  });

  it.each(['6f00', '6a80', '6982', '6e00'])(
    'is given up when its first read is answered %s: the read is repeated',
    async (statusWord) => {
      const card = plainPiv([
        ['00cb3fff00', statusWord],
        ['00cb3fff', `${OBJECT}9000`],
      ]);
      const piv = await select(card, true, true);
      await expect(piv.objects.has(certificateObject('9A'))).resolves.toBe(true);
      await expect(piv.objects.has(certificateObject('9C'))).resolves.toBe(true);
      expect(card.sent('cb').map((apdu) => apdu.slice(8, 10))).toEqual(['00', '05', '05']);
    },
  );

  it('is kept once an answer has confirmed it, however a later read is refused', async () => {
    const card = plainPiv([
      ['00cb3fff0000055c035fc105', '6a82'],
      ['00cb', '6982'],
    ]);
    const piv = await select(card, true, true);
    await piv.objects.has(certificateObject('9A'));
    for (const slot of ['9C', '9D'] as const)
      await expect(piv.objects.has(certificateObject(slot))).rejects.toMatchObject({ code: 'NOT_AUTHENTICATED' });
    expect(card.sent('cb').map((apdu) => apdu.slice(8, 10))).toEqual(['00', '00', '00']);
  });

  it('repeats no write that is refused for another reason', async () => {
    const card = plainPiv([
      ['00cb', '6a82'],
      ['00db', '6581'],
    ]);
    const piv = await select(card, true, true);
    await piv.objects.has(certificateObject('9A'));
    await expect(piv.objects.put(certificateObject('9A'), new Uint8Array(600))).rejects.toMatchObject({
      code: 'CARD_ERROR',
    });
    expect(card.sent('db')).toHaveLength(1);
  });

  it('repeats no short command that a card refuses with 6700', async () => {
    const card = plainPiv([
      ['00cb', '6a82'],
      ['0020', '6700'],
    ]);
    const piv = await select(card, true, true);
    await piv.objects.has(certificateObject('9A'));
    await expect(piv.pins.verifyPin(Buffer.from('123456'))).rejects.toMatchObject({ code: 'PIN_INCORRECT' });
    expect(card.sent('20')).toHaveLength(1);
  });

  it('repeats no command that a card refuses with 6700 in the short form too', async () => {
    const card = new ScriptedCard([['00200080', '6700']]);
    await new PivChannel(card).send({ ins: 0x20, p1: 0, p2: 0x80, data: new Uint8Array(8) });
    expect(card.received).toHaveLength(1);
  });
});
