import { isCardwrightError, type DeviceInfo } from '@cardwright/protocol';
import { PivSession } from '../applets/piv/piv-session.js';
import { pause } from '../clock.js';
import { CardConnection, type TakeOptions } from '../pcsc/card-connection.js';
import { announcesExtendedLength } from '../iso7816/card-capabilities.js';
import { isReaderError } from '../pcsc/pcsc-error.js';
import type { Readers } from '../pcsc/readers.js';
import { identify, identifyAgain, type Place } from './identify.js';

/** A card that is held, its PIV application selected, and what it is. */
export interface IdentifiedCard {
  readonly connection: CardConnection;
  readonly piv: PivSession;
  readonly info: DeviceInfo;
}

const MAX_ATTEMPTS = 4;
/** Attempts after which extended lengths are not tried: a driver that cannot carry them reports the card as gone as well. */
const EXTENDED_ATTEMPTS = 2;
/** Milliseconds in which a reset ends; PC/SC has no event for it. */
const RESET_TIME = 150;

/**
 * Takes the card of a reader and asks what it is. A program that lets the card go resets it, and until that is done PC/SC
 * reports it as removed or reset to whoever comes next (measured); so that is believed only when the reader is empty.
 *
 * @param known what was seen of this insertion before, so that less need be asked
 * @throws CardwrightError `DEVICE_BUSY`, `CARD_REMOVED`, `CARD_MUTE`, `NO_APPLICATION`, `PCSC_UNAVAILABLE`, `CANCELLED`
 */
export async function takeAndIdentify(
  readers: Readers,
  place: Place,
  options: TakeOptions,
  known?: DeviceInfo,
): Promise<IdentifiedCard> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await attemptOnce(readers, place, options, { known, mayExtend: attempt <= EXTENDED_ATTEMPTS });
    } catch (error) {
      const wasReset = isCardwrightError(error, 'NOT_AUTHENTICATED') && isReaderError(error);
      const isDisturbed = wasReset || isCardwrightError(error, 'CARD_REMOVED');
      if (!isDisturbed || attempt === MAX_ATTEMPTS || !(await isThere(readers, place))) throw error;
    }
    await pause(readers.clock, RESET_TIME);
  }
}

/** Whether the same card has been in its reader all the time. */
export async function isThere(readers: Readers, place: Place): Promise<boolean> {
  const states = await readers.list();
  return states.some(({ name, card }) => name === place.reader && card?.insertion === place.card.insertion);
}

async function attemptOnce(
  readers: Readers,
  place: Place,
  options: TakeOptions,
  { known, mayExtend }: { readonly known: DeviceInfo | undefined; readonly mayExtend: boolean },
): Promise<IdentifiedCard> {
  const connection = await CardConnection.take(
    () => readers.connect(place.reader),
    options,
    readers.clock,
    readers.watch(place.reader),
  );
  try {
    if (options.signal) connection.abortOn(options.signal);
    const piv = await PivSession.select(connection, {
      // Over T=0 they would take ENVELOPE (ISO/IEC 7816-3, 12.2).
      extendedLength: connection.protocol === 'T=1' && mayExtend,
      announced: announcesExtendedLength(place.card.atr),
    });
    return { connection, piv, info: await (known ? identifyAgain(piv, place, known) : identify(piv, place)) };
  } catch (error) {
    await connection.close();
    throw error;
  }
}
