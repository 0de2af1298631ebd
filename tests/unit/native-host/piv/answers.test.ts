import { describe, expect, it } from '@jest/globals';
import { CERTIFICATE_OBJECT } from '../../../../native-host/src/applets/piv/objects.js';
import { PivChannel } from '../../../../native-host/src/applets/piv/piv-channel.js';
import { ScriptedCard, plainPiv, select, withVersion, type Script } from './scripted-card.js';

const CERTIFICATE = `7003aabbcc710100fe00`;
const OBJECT = `53${(CERTIFICATE.length / 2).toString(16).padStart(2, '0')}${CERTIFICATE}`;

describe('an answer', () => {
  it('is fetched whole when it is only asked whether an object is there: a strict card refuses what comes next', async () => {
    let waiting = false;
    const card = plainPiv([
      ['00c0', () => ((waiting = false), `${OBJECT.slice(8)}9000`)],
      ['00cb', () => ((waiting = true), `${OBJECT.slice(0, 8)}6108`)],
      ['0087', () => (waiting ? '6985' : '7c0a80080011223344556677'.concat('9000'))],
    ]);
    const piv = await select(card);
    await expect(piv.hasObject(CERTIFICATE_OBJECT['9A'])).resolves.toBe(true);
    await expect(piv.getWitness('3DES')).resolves.toHaveLength(8);
  });
});

/** A card of a vendor's version number, whose reader or applet knows short lengths only. */
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
  it('is given up for good at the first 6700: the command is repeated in the short form', async () => {
    const card = shortOnly([['00cb3fff055c035fc105', `${OBJECT}9000`]]);
    const piv = await select(card, true);
    expect(piv.serial).toBe('12345678');
    await expect(piv.hasObject(CERTIFICATE_OBJECT['9A'])).resolves.toBe(true);
    expect(card.received).toEqual([
      expect.stringMatching(/^00a40400/),
      '00fd000000',
      '00f80000000000',
      '00f8000000',
      '00cb3fff055c035fc10500',
    ]);
  });

  it('is given up in favour of a chain, where the data are long', async () => {
    const card = shortOnly([
      ['10db3fff', '9000'],
      ['00db3fff', '9000'],
    ]);
    const piv = await select(card, true);
    await piv.putObject(CERTIFICATE_OBJECT['9A'], new Uint8Array(600));
    expect(card.sent('db').map((apdu) => apdu.slice(0, 10))).toEqual(['10db3fffff', '10db3fffff', '00db3fff63']);
  });

  it('is kept where it works', async () => {
    const card = withVersion('050403', [['00db3fff00', '9000']]);
    const piv = await select(card, true);
    await piv.putObject(CERTIFICATE_OBJECT['9A'], new Uint8Array(600));
    expect(card.sent('db')).toHaveLength(1);
  });

  it('is not tried where the reader or the version rules it out', async () => {
    const [other, old] = [withVersion('050403', []), withVersion('030105', [])];
    await select(other, false);
    const piv = await select(old, true);
    await piv.hasObject(CERTIFICATE_OBJECT['9A']).catch(() => undefined);
    expect([...other.received, ...old.received].filter((apdu) => /^.{8}00./.test(apdu))).toEqual([]);
  });

  it('repeats nothing that a card refuses with 6700 in the short form', async () => {
    const card = new ScriptedCard([['00200080', '6700']]);
    await new PivChannel(card).send({ ins: 0x20, p1: 0, p2: 0x80, data: new Uint8Array(8) });
    expect(card.received).toHaveLength(1);
  });
});
