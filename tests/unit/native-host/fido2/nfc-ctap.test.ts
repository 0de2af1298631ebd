import { describe, expect, it } from '@jest/globals';
import { CardwrightError } from '@cardwright/protocol';
import { KEEP_ALIVE, STATUS } from '../../../../native-host/src/applets/fido2/ctap.js';
import { NfcCtap } from '../../../../native-host/src/applets/fido2/nfc-ctap.js';
import { InstantClock } from '../../../support/instant-clock.js';
import { FidoCard, withStatus, type CardAnswer, type CardTraits } from './fido-card.js';
import { hex } from './vectors.js';

const LONG = Uint8Array.from({ length: 600 }, (_, index) => index & 0xff);

async function transport(
  answer: CardAnswer | ((message: Uint8Array) => CardAnswer),
  { extendedLength = false, ...traits }: CardTraits & { extendedLength?: boolean } = {},
) {
  const card = new FidoCard(typeof answer === 'function' ? answer : () => answer, traits);
  const clock = new InstantClock();
  const nfc = await NfcCtap.select(card, { clock, extendedLength, transports: ['nfc'] });
  if (!nfc) throw new Error('there is no FIDO application');
  card.received.length = 0;
  return { nfc, card, clock };
}

const select = (traits: CardTraits) =>
  NfcCtap.select(new FidoCard(() => LONG, traits), {
    clock: new InstantClock(),
    extendedLength: false,
    transports: [],
  });

describe('the FIDO application of a card', () => {
  it.each(['6A82', '6D00', '6999', '6985'])('is absent if SELECT is refused with %s', async (statusWord) => {
    expect(await select({ select: Number.parseInt(statusWord, 16) })).toBeNull();
  });

  it('is faulty if SELECT fails otherwise', async () => {
    await expect(select({ select: 0x6f00 })).rejects.toMatchObject({ code: 'CARD_ERROR' });
  });

  it('cannot be reached if the system reserves it', async () => {
    const channel = { transmit: () => Promise.reject(new CardwrightError('PCSC_FORBIDDEN')) };
    const options = { clock: new InstantClock(), extendedLength: false, transports: [] };
    await expect(NfcCtap.select(channel, options)).rejects.toMatchObject({ code: 'FIDO_UNREACHABLE' });
  });
});

describe('a message over APDUs', () => {
  it('is sent in one block, and announces support of keep-alives', async () => {
    const { nfc, card } = await transport(Uint8Array.of(0, 1));
    expect(hex(await nfc.send(Uint8Array.of(4)))).toBe('0001');
    expect(card.received).toEqual(['80108000010400']);
  });

  it('is sent in chained blocks if it is long, as is its answer', async () => {
    const { nfc, card } = await transport((message) => message);
    expect(hex(await nfc.send(LONG))).toBe(hex(LONG));
    expect(card.received.map((apdu) => apdu.slice(0, 10))).toEqual([
      '90108000ff',
      '90108000ff',
      '801080005a',
      '00c0000000',
      '00c0000058',
    ]);
  });

  it('is sent in one extended APDU if reader and card can', async () => {
    const { nfc, card } = await transport((message) => message, { extendedLength: true, blockSize: 65_536 });
    expect(hex(await nfc.send(LONG))).toBe(hex(LONG));
    expect(card.received).toHaveLength(1);
  });

  it('is always sent in chained blocks after extended lengths were refused', async () => {
    const { nfc, card } = await transport((message) => message, { extendedLength: true, refusesExtended: true });
    expect(hex(await nfc.send(LONG))).toBe(hex(LONG));
    const first = card.received.length;
    await nfc.send(LONG);
    expect(card.received).toHaveLength(2 * first - 1);
  });

  it('is polled while the authenticator works, and reports what it waits for', async () => {
    const { nfc, card } = await transport({ keepAlives: 3, status: KEEP_ALIVE.UP_NEEDED, then: Uint8Array.of(0) });
    const told: number[] = [];
    expect(hex(await nfc.send(Uint8Array.of(1), { onKeepAlive: (status) => told.push(status) }))).toBe('00');
    expect(told).toEqual([2, 2, 2]);
    expect(card.received.slice(1)).toEqual(['8011000000', '8011000000', '8011000000']);
  });

  it.each([
    ['6D00', STATUS.INVALID_COMMAND],
    ['6E00', STATUS.INVALID_COMMAND],
    ['6700', STATUS.INVALID_LENGTH],
  ])('is refused by status word %s with status %i', async (statusWord, status) => {
    const { nfc } = await transport(LONG, { refuses: Number.parseInt(statusWord, 16) });
    expect([...(await nfc.send(Uint8Array.of(4)))]).toEqual([status]);
  });

  it('is sent once more after a new selection if the card has silently selected another application', async () => {
    const { nfc, card } = await transport(Uint8Array.of(0, 1));
    await nfc.send(Uint8Array.of(4));
    card.isDeselected = true;
    expect(hex(await nfc.send(Uint8Array.of(7)))).toBe('0001');
    expect(card.received.map((apdu) => apdu.slice(0, 4))).toEqual(['8010', '8010', '00a4', '8010']);
  });

  it('is a card error if another status word answers', async () => {
    const { nfc } = await transport(LONG, { refuses: 0x6f00 });
    await expect(nfc.send(Uint8Array.of(4))).rejects.toMatchObject({
      code: 'CARD_ERROR',
      data: { statusWord: '6F00', instruction: 'ctap' },
    });
  });
});

describe('a message that is aborted', () => {
  it('is cancelled at the authenticator', async () => {
    const { nfc, card } = await transport({ keepAlives: 9, status: KEEP_ALIVE.UP_NEEDED, then: Uint8Array.of(0) });
    const abort = new AbortController();
    const sending = nfc.send(Uint8Array.of(1), { signal: abort.signal, onKeepAlive: () => abort.abort() });
    await expect(sending).rejects.toMatchObject({ code: 'CANCELLED' });
    expect(card.received.at(-1)).toBe('8011110000');
  });

  it('is not sent at all if it was aborted before', async () => {
    const { nfc, card } = await transport(Uint8Array.of(0));
    await expect(nfc.send(Uint8Array.of(1), { signal: AbortSignal.abort() })).rejects.toMatchObject({
      code: 'CANCELLED',
    });
    expect(card.received).toEqual([]);
  });

  it('still gets its answer if the authenticator finishes nevertheless', async () => {
    const done = withStatus(0x9000, Uint8Array.of(0, 1));
    const abort = new AbortController();
    const card = new FidoCard(() => ({ keepAlives: 9, status: KEEP_ALIVE.UP_NEEDED, then: LONG }));
    const deaf = {
      transmit: (apdu: Uint8Array) => (hex(apdu).startsWith('801111') ? Promise.resolve(done) : card.transmit(apdu)),
    };
    const nfc = await NfcCtap.select(deaf, { clock: new InstantClock(), extendedLength: false, transports: [] });
    const options = { signal: abort.signal, onKeepAlive: () => abort.abort() };
    expect(nfc && hex(await nfc.send(Uint8Array.of(1), options))).toBe('0001');
  });
});

describe('a hostile card', () => {
  it('is told to stop when it sends keep-alives forever, and counts as not touched', async () => {
    const endless = withStatus(0x9100, Uint8Array.of(KEEP_ALIVE.UP_NEEDED));
    const card = new FidoCard(() => LONG);
    const received: string[] = [];
    const channel = {
      transmit: (apdu: Uint8Array) => {
        received.push(hex(apdu));
        return hex(apdu).startsWith('00a4') ? card.transmit(apdu) : Promise.resolve(endless);
      },
    };
    const clock = new InstantClock();
    const nfc = await NfcCtap.select(channel, { clock, extendedLength: false, transports: [] });
    const answer = await nfc?.send(Uint8Array.of(1), { waitsForUser: true });
    expect(answer && [...answer]).toEqual([STATUS.USER_ACTION_TIMEOUT]);
    expect(received.filter((apdu) => apdu === '8011110000')).toHaveLength(1);
    expect(clock.now()).toBeLessThan(65_000);
    expect(received.length).toBeLessThan(700);
  });

  it.each([
    ['of 20 000 bytes', withStatus(0x6100, new Uint8Array(256)), 'AUTHENTICATOR_ERROR'],
    ['that never ends and brings nothing', withStatus(0x6101), 'CARD_ERROR'],
  ])('is ignored with an answer %s', async (_what, block, code) => {
    const card = new FidoCard(() => LONG);
    let count = 0;
    const channel = {
      transmit: (apdu: Uint8Array) => {
        if (hex(apdu).startsWith('00a4')) return card.transmit(apdu);
        count += 1;
        return Promise.resolve(block);
      },
    };
    const nfc = await NfcCtap.select(channel, { clock: new InstantClock(), extendedLength: false, transports: [] });
    await expect(nfc?.send(Uint8Array.of(4))).rejects.toMatchObject({ code });
    expect(count).toBeLessThan(11_000);
  });

  it.each([
    ['without a status word', new Uint8Array(1)],
    ['without a status', withStatus(0x9000)],
  ])('is not understood with an answer %s', async (_what, answer) => {
    const card = new FidoCard(() => LONG);
    const channel = {
      transmit: (apdu: Uint8Array) => (hex(apdu).startsWith('00a4') ? card.transmit(apdu) : Promise.resolve(answer)),
    };
    const nfc = await NfcCtap.select(channel, { clock: new InstantClock(), extendedLength: false, transports: [] });
    await expect(nfc?.send(Uint8Array.of(4))).rejects.toMatchObject({ code: 'AUTHENTICATOR_ERROR' });
  });
});
