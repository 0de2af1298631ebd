import type { CardFacts, DeviceId } from '../../schema.js';
import { sessionIdOf } from '../../session-id.js';
import { publicPartOf, testKeys } from './test-keys.js';

/** A correct receiver's treatment of a vector: the content that it accepts, or the rule by which it refuses the vector. */
export type Expected<T> = { readonly accepted: T } | { readonly refused: string };

/** One vector of any list. */
export interface Vector<T> {
  readonly name: string;
  readonly expected: Expected<T>;
}

/** The situation in which a receiver judges all vectors. */
export interface Scene {
  readonly origin: string;
  /** Seconds since 1970. */
  readonly now: number;
  readonly operation: string;
  readonly device: DeviceId;
  readonly card: CardFacts;
  /** Session id of the host. */
  readonly session: string;
  /** Id of the window that shows a secret. */
  readonly display: string;
}

export const makeScene = async (): Promise<Scene> => ({
  origin: 'https://cms.example',
  now: 1_800_000_000,
  operation: 'operation-of-vectors',
  device: 'serial:12345678',
  card: {
    model: 'yubikey',
    serial: '12345678',
    guid: '00112233-4455-4677-8899-aabbccddeeff',
    certificates: ['9A', '9E'],
  },
  session: await sessionIdOf(publicPartOf(testKeys.host)),
  display: '5f0f7a0e-8a59-4ae5-9b43-1f0c2f7d0a11',
});

export const accepted = <T>(name: string, value: T): Vector<T> => ({ name, expected: { accepted: value } });
export const refused = (name: string, rule: string): Vector<never> => ({ name, expected: { refused: rule } });

export const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);
