import type { CardConnection } from './card-connection.js';
import { PcscError } from './binding.js';

/** Tags of the features that the host uses (PC/SC part 10, 2.3). */
const FEATURE = { VERIFY_PIN_DIRECT: 0x06, MODIFY_PIN_DIRECT: 0x07 } as const;
/** Bytes of a control code in the list of features. */
const CODE_LENGTH = 4;

/** The control codes of a reader's features by which its user enters PINs at the reader. */
export interface PinpadFeatures {
  readonly verify: number;
  readonly modify: number;
}

/**
 * Asks a reader for its features (PC/SC part 10, 2.2).
 *
 * @returns null if the reader lacks one of the two features, or its driver knows no features
 * @throws CardwrightError any error that ends the connection
 */
export async function askPinpadFeatures(connection: CardConnection): Promise<PinpadFeatures | null> {
  const { featureRequest } = connection;
  if (featureRequest === undefined) return null;
  try {
    return readPinpadFeatures(await connection.control({ code: featureRequest, data: new Uint8Array() }));
  } catch (error) {
    if (error instanceof PcscError) return null;
    throw error;
  }
}

/**
 * Reads a list of features: tag, length and value of each. The value is the control code, in big-endian order by the standard. Some drivers send it
 * in the order of their processor.
 *
 * @returns null if one of the two features is absent, or the list ends within an entry
 */
export function readPinpadFeatures(list: Uint8Array): PinpadFeatures | null {
  const codes = new Map<number, number>();
  for (let rest = Buffer.from(list); rest.length > 0;) {
    const [tag = 0, length = 0] = rest;
    const value = rest.subarray(2, 2 + length);
    if (rest.length < 2 || value.length < length) return null;
    if (length === CODE_LENGTH && !codes.has(tag)) codes.set(tag, controlCodeOf(value));
    rest = rest.subarray(2 + length);
  }
  const verify = codes.get(FEATURE.VERIFY_PIN_DIRECT);
  const modify = codes.get(FEATURE.MODIFY_PIN_DIRECT);
  return verify === undefined || modify === undefined ? null : { verify, modify };
}

function controlCodeOf(value: Buffer): number {
  const [standard, other] = [value.readUInt32BE(), value.readUInt32LE()];
  return !isControlCode(standard) && isControlCode(other) ? other : standard;
}

/** True for a code as systems form it: `0x42000000 + n` (pcsc-lite, macOS), or of the device type 0x31, smart cards (Windows). */
const isControlCode = (code: number): boolean => code >>> 24 === 0x42 || code >>> 16 === 0x31;
