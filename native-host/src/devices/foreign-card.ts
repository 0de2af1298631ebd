import { isCardwrightError } from '@cardwright/protocol';
import { MANAGEMENT_AID } from '../applets/management.js';
import { selectApplication } from '../applets/select.js';
import { ApduError } from '../iso7816/apdu.js';
import { exchange, type ApduChannel } from '../iso7816/exchange.js';
import { SW } from '../iso7816/status-word.js';

/** A recognised card on which neither PIV nor FIDO2 can be reached. */
export class ForeignCard {
  constructor(
    /** Name of the kind of card, to show to the user. */
    readonly modelName: string,
    /** Set when devices of this kind have PIV and FIDO2, which are therefore probably switched off on this device. */
    readonly isSwitchedOff = false,
  ) {}
}

/**
 * The kinds of cards that are recognised although neither PIV nor FIDO2 can be reached, each by the AID of an application. The first entry whose
 * application the card has decides the kind.
 */
const KINDS: readonly (readonly [aid: Uint8Array, card: ForeignCard])[] = [
  [MANAGEMENT_AID, new ForeignCard('YubiKey', true)],
  // Generic Identity Device Specification 2.0: cards that Windows supports without a driver of their own.
  [aid('A000000397425446590201'), new ForeignCard('GIDS smart card')],
  // Functional specification of the OpenPGP application 3.4, 4.2.1.
  [aid('D27600012401'), new ForeignCard('OpenPGP card')],
  // ICAO Doc 9303-10: the eMRTD application.
  [aid('A0000002471001'), new ForeignCard('Passport or identity card')],
  // ISO/IEC 7816-15: the application of PKCS #15.
  [aid('A000000063504B43532D3135'), new ForeignCard('PKCS #15 smart card')],
  // EMV Book 1, 12.3.2: the payment system environment, 1PAY.SYS.DDF01.
  [aid('315041592E5359532E4444463031'), new ForeignCard('Payment card')],
];

function aid(digits: string): Uint8Array {
  return Buffer.from(digits, 'hex');
}

/**
 * Recognises a card by the first application of `KINDS` that it has, and leaves that application selected. Returns null if the card has none of
 * these applications, if an answer cannot be read, or if the operating system reserves an application. Changes no data on the card.
 *
 * @throws any error that ends the connection
 */
export async function recognizeCard(card: ApduChannel): Promise<ForeignCard | null> {
  try {
    for (const [name, foreign] of KINDS) {
      const { statusWord } = await exchange(card, selectApplication(name), 'short');
      if (statusWord === SW.SUCCESS) return foreign;
    }
  } catch (error) {
    if (!(error instanceof ApduError) && !isCardwrightError(error, 'PCSC_FORBIDDEN')) throw error;
  }
  return null;
}
