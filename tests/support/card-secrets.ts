import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** Bytes are in hexadecimal. */
export interface CardMemory {
  readonly pin: { readonly value: string; readonly triesLeft: number };
  readonly puk: { readonly value: string; readonly triesLeft: number };
  readonly managementKey: { readonly key: string };
  /** By slot: `0x9A`. PKCS #8, DER. */
  readonly keys: Readonly<Record<string, { readonly privateKey: string }>>;
  /** By tag: `0x5FC105`. What stands inside tag 53. */
  readonly objects: Readonly<Record<string, string>>;
}

const PADDING = 'ff';

/** The secrets that a virtual card holds at this moment, read from its silicon. */
export function secretsOf(stateFile: string): { pin: string; puk: string; managementKey: string } {
  const { pin, puk, managementKey } = memoryOf(stateFile);
  return { pin: ascii(pin.value), puk: ascii(puk.value), managementKey: managementKey.key };
}

/** What a virtual card remembers. */
export const memoryOf = (stateFile: string): CardMemory => JSON.parse(readFileSync(stateFile, 'utf8')) as CardMemory;

/** All ways in which a secret could stand somewhere by mistake: as text, hexadecimal, base64, base64url, and as bytes. */
export function traces(secret: Buffer): Buffer[] {
  const encodings = (['hex', 'base64', 'base64url'] as const).map((encoding) =>
    secret.toString(encoding).replace(/=+$/, ''),
  );
  const texts = [...encodings, secret.toString('hex').toUpperCase()];
  return [secret, ...texts.map((text) => Buffer.from(text))];
}

/** Names of the haystacks in which one of the secrets is found, in any of its forms. */
export function leaks(haystacks: ReadonlyMap<string, Buffer | string>, secrets: readonly Buffer[]): string[] {
  const needles = secrets.flatMap(traces);
  return [...haystacks]
    .filter(([, content]) => needles.some((needle) => Buffer.from(content).includes(needle)))
    .map(([name]) => name);
}

/** Every file below a folder, with its content. */
export function filesBelow(folder: string): Map<string, Buffer> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return new Map(files.map(({ parentPath, name }) => [join(parentPath, name), readFileSync(join(parentPath, name))]));
}

/** Of eight bytes padded with FF (SP 800-73-4 Part 2, 2.4.3). */
const ascii = (padded: string): string =>
  Buffer.from(padded.replace(new RegExp(`(${PADDING})+$`), ''), 'hex').toString('ascii');
