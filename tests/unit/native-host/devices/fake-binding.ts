import type { PcscBinding, PcscListener } from '../../../../native-host/src/pcsc/binding.js';

export const READER = 'Reader A';
export const INS_SELECT = 0xa4;
export const INS_VERIFY = 0x20;
export const INS_GET_DATA = 0xcb;
export const INS_GET_VERSION = 0xfd;
const INS_GET_SERIAL = 0xf8;

/** One reader with a plain, blank PIV card, and a count of the connections to it. */
export class FakeBinding implements PcscBinding {
  events: string[] = [];
  /** Answers one APDU. */
  answer = plainCard;
  listener: PcscListener | undefined;
  /** Resolves when the release of a card may complete. */
  release: Promise<void> = Promise.resolve();

  open(listener: PcscListener) {
    this.listener = listener;
    void Promise.resolve().then(() => {
      listener.onReaders([READER]);
      this.status(1, true);
    });
    return {
      connect: () => {
        this.events.push('connect');
        return Promise.resolve({
          protocol: 'T=1' as const,
          transmit: (apdu: Uint8Array) => Promise.resolve(this.answer(apdu)),
          disconnect: () => this.release.then(() => void this.events.push('reset')),
        });
      },
      close: () => Promise.resolve(),
    };
  }

  status(events: number, present: boolean): void {
    this.listener?.onStatus(READER, { present, mute: false, inUse: false, events, atr: Uint8Array.of(0x3b) });
  }
}

export function plainCard(apdu: Uint8Array): Uint8Array {
  if (apdu[1] === INS_SELECT) return Uint8Array.of(0x90, 0x00);
  if (apdu[1] === INS_VERIFY) return Uint8Array.of(0x63, 0xc3);
  return apdu[1] === INS_GET_DATA ? Uint8Array.of(0x6a, 0x82) : Uint8Array.of(0x6d, 0x00);
}

/** Answers as a YubiKey 5.7.0 with this serial number, in hexadecimal. */
export const numbered =
  (serial: string) =>
  (apdu: Uint8Array): Uint8Array => {
    if (apdu[1] === INS_GET_VERSION) return Buffer.from('0507009000', 'hex');
    return apdu[1] === INS_GET_SERIAL ? Buffer.from(`${serial}9000`, 'hex') : plainCard(apdu);
  };
