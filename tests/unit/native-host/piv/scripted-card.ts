import type { ApduChannel } from '../../../../native-host/src/iso7816/exchange.js';
import { PivSession } from '../../../../native-host/src/applets/piv/piv-session.js';

/** Answers by the beginning of the command, both in hexadecimal; the first match counts. */
export type Script = readonly (readonly [beginning: string, answer: string | ((apdu: string) => string)])[];

/** A card that answers by its script, with 6D00 to anything else, and records its APDUs. */
export class ScriptedCard implements ApduChannel {
  readonly received: string[] = [];

  constructor(private readonly script: Script) {}

  transmit(apdu: Uint8Array): Promise<Uint8Array> {
    const command = Buffer.from(apdu).toString('hex');
    this.received.push(command);
    const [, answer = '6d00'] = this.script.find(([beginning]) => command.startsWith(beginning)) ?? [];
    return Promise.resolve(Buffer.from(typeof answer === 'string' ? answer : answer(command), 'hex'));
  }

  /** Returns the received commands with this instruction byte. */
  sent(instruction: string): string[] {
    return this.received.filter((apdu) => apdu.slice(2, 4) === instruction);
  }
}

const SELECTED: Script = [['00a40400', '61009000']];

/** Creates a plain PIV card, which does not support GET VERSION. */
export const plainPiv = (script: Script): ScriptedCard => new ScriptedCard([...script, ...SELECTED]);

/** Creates a card that reports a version, such as `050700`, and a serial number. */
export const withVersion = (version: string, script: Script): ScriptedCard =>
  new ScriptedCard([...script, ...SELECTED, ['00fd', `${version}9000`], ['00f8', '00bc614e9000']]);

export const select = (card: ApduChannel, extendedLength = false, announced = false): Promise<PivSession> =>
  PivSession.select(card, { extendedLength, announced });
