import { setTimeout } from 'node:timers/promises';
import { PcscError, type PcscCard } from '@cardwright/native-host/in-process';
import type { UserParams } from '@cardwright/protocol';
import type { RegistrationResponse } from '@cardwright/protocol/passkeys';
import { Authenticator } from '../../../../native-host/src/applets/fido2/authenticator.js';
import { register } from '../../../../native-host/src/applets/fido2/registration.js';
import { systemClock } from '../../../../native-host/src/clock.js';
import type { ReaderBoard } from '../../support/reader-board.js';

const ATTEMPTS = 20;

/** Connects to a card as another program; waits a moment until it is free. */
export async function takeCard(board: ReaderBoard, reader: string): Promise<PcscCard> {
  const ignore = (): void => undefined;
  const context = board.process().binding.open({ onReaders: ignore, onStatus: ignore, onFailure: ignore });
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await context.connect(reader);
    } catch (error) {
      if (!(error instanceof PcscError) || attempt === ATTEMPTS) throw error;
    }
    await setTimeout(10);
  }
}

/** Registers a passkey on the card in a reader as a browser and its user do: takes the card, asks for its PIN or sets one, and registers. */
export async function registerLikeABrowser(
  board: ReaderBoard,
  reader: string,
  { options, origin }: Pick<UserParams<'user.createPasskey'>, 'options' | 'origin'>,
  pin: string,
): Promise<RegistrationResponse> {
  const card = await takeCard(board, reader);
  try {
    const authenticator = await authenticatorOn(card);
    if (!authenticator.facts().pinSet) await authenticator.setPin(new TextEncoder().encode(pin));
    return await register(authenticator, { options, origin }, { pin: new TextEncoder().encode(pin) });
  } finally {
    await card.disconnect();
  }
}

/** Returns whether the FIDO2 application accepts a PIN. A wrong one costs a try. */
export async function takesFidoPin(board: ReaderBoard, reader: string, pin: string): Promise<boolean> {
  const card = await takeCard(board, reader);
  try {
    const authenticator = await authenticatorOn(card);
    const order = { rpId: 'cms.example', clientDataHash: new Uint8Array(32), allowList: [], up: false };
    await authenticator.getAssertion(order, { pin: new TextEncoder().encode(pin) });
    return true;
  } catch (error) {
    if (String(error).includes('FIDO PIN')) return false;
    throw error;
  } finally {
    await card.disconnect();
  }
}

async function authenticatorOn(card: PcscCard): Promise<Authenticator> {
  const channel = { transmit: (apdu: Uint8Array) => card.transmit(apdu) };
  const options = { clock: systemClock, extendedLength: true, transports: ['smart-card'] };
  const authenticator = await Authenticator.overPcsc(channel, options);
  if (!authenticator) throw new Error('the card has no FIDO2 application');
  return authenticator;
}
