import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** A virtual card's memory, with bytes in hexadecimal. */
export interface CardMemory {
  readonly pin: { readonly value: string; readonly triesLeft: number };
  readonly puk: { readonly value: string; readonly triesLeft: number };
  readonly managementKey: { readonly key: string };
  /** Private keys by slot, such as `0x9A`, in PKCS #8, DER. */
  readonly keys: Readonly<Record<string, { readonly privateKey: string }>>;
  /** Contents of tag 53 by object tag, such as `0x5FC105`. */
  readonly objects: Readonly<Record<string, string>>;
}

const PADDING = 'ff';

/** Reads the secrets that a virtual card holds now from its memory. */
export function secretsOf(stateFile: string): { pin: string; puk: string; managementKey: string } {
  const { pin, puk, managementKey } = memoryOf(stateFile);
  return { pin: ascii(pin.value), puk: ascii(puk.value), managementKey: managementKey.key };
}

/** Reads the memory of a virtual card. */
export const memoryOf = (stateFile: string): CardMemory => JSON.parse(readFileSync(stateFile, 'utf8')) as CardMemory;

/** Lists all forms in which a secret could leak: as text, hexadecimal, base64, base64url and as bytes. */
export function traces(secret: Buffer): Buffer[] {
  const encodings = (['hex', 'base64', 'base64url'] as const).map((encoding) =>
    secret.toString(encoding).replace(/=+$/, ''),
  );
  const texts = [...encodings, secret.toString('hex').toUpperCase()];
  return [secret, ...texts.map((text) => Buffer.from(text))];
}

/** Returns the names of the haystacks that contain one of the secrets in any form. */
export function leaks(haystacks: ReadonlyMap<string, Buffer | string>, secrets: readonly Buffer[]): string[] {
  const needles = secrets.flatMap(traces);
  return [...haystacks]
    .filter(([, content]) => needles.some((needle) => Buffer.from(content).includes(needle)))
    .map(([name]) => name);
}

/** Reads every file below a folder. */
export function filesBelow(folder: string): Map<string, Buffer> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return new Map(files.map(({ parentPath, name }) => [join(parentPath, name), readFileSync(join(parentPath, name))]));
}

/** Decodes eight bytes padded with FF (SP 800-73-4 Part 2, 2.4.3). */
const ascii = (padded: string): string =>
  Buffer.from(padded.replace(new RegExp(`(${PADDING})+$`), ''), 'hex').toString('ascii');
