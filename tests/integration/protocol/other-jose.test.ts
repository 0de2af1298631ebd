import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { commands, validate } from '@cardwright/protocol';
import { unseal } from '@cardwright/protocol/sealing';
import { readDisplay, readStep } from '@cardwright/protocol/steps';
import { importJWK, type CryptoKey, type JWK } from 'jose';
import { checkEscrow } from '../../../cms/src/devices/escrow.js';
import type { Vectors } from '../../../protocol/src/publish/index.js';
import { runPython } from './python.js';

const file = new URL('../../../docs/protocol.vectors.json', import.meta.url);
const vectors = JSON.parse(readFileSync(file, 'utf8')) as Vectors;
const LISTS = ['steps', 'sealed', 'escrows', 'displays'] as const;

type Judgement = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/** jwcrypto, with the rules of the reference: a JOSE library that Cardwright does not use. */
describe('another implementation of the reference', () => {
  const judged = runPython('judge.py') as Judgement;

  describe.each(LISTS)('judges the %s', (list) => {
    it.each(vectors[list].map(({ name, expected }) => [name, expected] as const))('%s', (name, expected) => {
      expect(judged[list]?.[name]).toEqual(expected);
    });

    it('of both kinds', () => {
      const outcomes = Object.values(judged[list] ?? {}).map((outcome) => Object.keys(outcome as object).join());
      expect(new Set(outcomes)).toEqual(new Set(['accepted', 'refused']));
      expect(outcomes).toHaveLength(vectors[list].length);
    });
  });

  it('computes session ids and the message of a key proof', () => {
    expect(judged.sessionIds).toEqual(Object.fromEntries(vectors.sessionIds.map(({ name, id }) => [name, id])));
    expect(judged.keyProofs).toEqual(Object.fromEntries(vectors.keyProofs.map(({ name, message }) => [name, message])));
  });

  describe('makes what our own implementation accepts', () => {
    const made = runPython('judge.py', 'make') as Readonly<Record<'step' | 'display' | 'sealed', string>> & {
      readonly escrow: object;
    };
    const { keys } = vectors;
    const [step] = vectors.steps;
    const [secret] = vectors.sealed;
    const [escrow] = vectors.escrows;

    it('a step', async () => {
      const { jws } = validate(commands['step.run'].params, { jws: made.step });
      expect({ accepted: await readStep(jws, keys.cms) }).toEqual(step?.expected);
    });

    it('a display', async () => {
      const { jws } = validate(commands['secret.display'].params, { jws: made.display });
      expect(await readDisplay(jws, keys.cms)).toMatchObject({ label: 'initial-pin' });
    });

    it('a sealed secret', async () => {
      if (!secret) throw new Error('there is no vector');
      const opened = await unseal(made.sealed, await privateKey(keys.private.host), secret.context);
      expect({ accepted: Buffer.from(opened).toString() }).toEqual(secret.expected);
    });

    it('an escrow', async () => {
      if (!escrow) throw new Error('there is no vector');
      const { escrow: sealed, digest } = validate(commands['credentials.prepare'].result, made.escrow);
      const sealingKey = await privateKey(keys.private.cmsSealing);
      const opened = checkEscrow({ sealed, context: escrow.context, digest }, { sealingKey });
      expect({ accepted: await opened }).toEqual(escrow.expected);
    });
  });
});

async function privateKey(jwk: JWK): Promise<CryptoKey> {
  const key = await importJWK({ ...jwk }, 'ECDH-ES');
  if (key instanceof Uint8Array) throw new Error('expected a key on P-256');
  return key;
}
