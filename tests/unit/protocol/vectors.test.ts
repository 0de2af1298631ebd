import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { commands, encodeBytes, isCardwrightError, validate } from '@cardwright/protocol';
import { sessionIdOf } from '@cardwright/protocol/messages';
import { sealContext, unseal } from '@cardwright/protocol/sealing';
import { keyProofMessage } from '@cardwright/protocol/steps';
import { importJWK, type CryptoKey, type JWK } from 'jose';
import * as v from 'valibot';
import { checkEscrow } from '../../../cms/src/devices/escrow.js';
import { StepGate } from '../../../native-host/src/server/step-gate.js';
import type { Vectors } from '../../../protocol/src/publish/index.js';
import { STEP_RULES } from '../../../protocol/src/publish/step-rules.js';
import { blankYubikey } from '../../support/device-facts.js';
import { openTabs, openWindows, resetFakeChrome } from '../../support/fake-chrome.js';

// These modules need the fake browser when they are loaded.
const { DisplayWindow } = await import('../../../extension/src/background/display-window.js');
const { OwnWindows } = await import('../../../extension/src/background/own-windows.js');

const file = new URL('../../../docs/protocol.vectors.json', import.meta.url);
const vectors = JSON.parse(readFileSync(file, 'utf8')) as Vectors;
const { scene, keys } = vectors;

async function privateKey(jwk: JWK): Promise<CryptoKey> {
  const key = await importJWK({ ...jwk }, 'ECDH-ES');
  if (key instanceof Uint8Array) throw new Error('expected a key on P-256');
  return key;
}

/** Returns the outcome of a vector: the accepted value, or the reason or code of the refusal. */
async function outcomeOf(judged: Promise<unknown>): Promise<object> {
  try {
    return { accepted: await judged };
  } catch (error) {
    if (!isCardwrightError(error)) throw error;
    return { refused: isCardwrightError(error, 'STEP_REFUSED') ? error.data.reason : error.code };
  }
}

/** Expects the given code in place of the broken rule, where all rules refuse by one code. */
const refusedBy = (expected: object, code: string): object => ('refused' in expected ? { refused: code } : expected);

describe('the test vectors', () => {
  const refusals = (list: readonly { readonly expected: object }[]) =>
    new Set(list.flatMap(({ expected }) => ('refused' in expected ? [expected.refused] : [])));

  it('have a step for each rule of the host that a JWS can break', () => {
    const rules = STEP_RULES.map((rule) => ('reason' in rule ? rule.reason : rule.code));
    expect(refusals(vectors.steps)).toEqual(new Set(rules.filter((rule) => rule !== 'DEVICE_NOT_OPEN')));
  });

  it('have a secret for each member of the context that can be another', () => {
    const differing = vectors.sealed.flatMap(({ context, jwe, expected }) => {
      const header: unknown = JSON.parse(Buffer.from(jwe.split('.')[0] ?? '', 'base64url').toString());
      const bound = v.safeParse(v.object({ cardwright: sealContext }), header);
      if (!bound.success || !('refused' in expected) || expected.refused !== 'context') return [];
      return Object.keys(context).filter(
        (name) => JSON.stringify(member(bound.output.cardwright, name)) !== JSON.stringify(member(context, name)),
      );
    });
    expect(new Set(differing)).toEqual(new Set(Object.keys(sealContext.entries)));
    expect(refusals(vectors.sealed)).toEqual(new Set(['context', 'decryption', 'algorithm']));
  });
});

const member = (of: object, name: string): unknown => Object.entries(of).find(([key]) => key === name)?.[1];

describe('the test vectors, judged by our own code', () => {
  const jwsOf = (name: string): string => vectors.steps.find((step) => step.name === name)?.jws ?? '';
  const open = blankYubikey('12345678', { id: scene.device, ...scene.card });

  it.each(vectors.steps)('a step: $name', async ({ expected, after, jws }) => {
    const session = { id: scene.session, peer: { origin: scene.origin, cms: keys.cms } };
    const gate = new StepGate(session, () => scene.now);
    for (const earlier of after) await gate.admit(jwsOf(earlier), () => open);
    const admit = async () => {
      const {
        operation,
        number,
        commands: admitted,
      } = await gate.admit(validate(commands['step.run'].params, { jws }).jws, () => open);
      return { operation, number, commands: admitted };
    };
    const wanted =
      'accepted' in expected
        ? {
            accepted: {
              operation: expected.accepted.operation,
              number: expected.accepted.number,
              commands: expected.accepted.commands,
            },
          }
        : expected;
    expect(await outcomeOf(admit())).toEqual(wanted);
  });

  it.each(vectors.sealed)('a sealed secret: $name', async ({ expected, context, jwe }) => {
    const key = await privateKey(keys.private.host);
    const opened = unseal(jwe, key, context).then((bytes) => Buffer.from(bytes).toString());
    expect(await outcomeOf(opened)).toEqual(refusedBy(expected, 'SECRET_REFUSED'));
  });

  it.each(vectors.escrows)('an escrow: $name', async ({ expected, context, result }) => {
    const { escrow, digest } = validate(commands['credentials.prepare'].result, result);
    const sealingKey = await privateKey(keys.private.cmsSealing);
    const codes = { digest: 'ESCROW_MISMATCH', content: 'INVALID_PARAMS' };
    const rule = 'refused' in expected ? expected.refused : '';
    const code = rule === 'digest' || rule === 'content' ? codes[rule] : 'SECRET_REFUSED';
    expect(await outcomeOf(checkEscrow({ sealed: escrow, context, digest }, { sealingKey }))).toEqual(
      refusedBy(expected, code),
    );
  });

  it.each(vectors.sessionIds)('a session id: $name', async ({ key, id }) => {
    expect(await sessionIdOf(key)).toBe(id);
  });

  it.each(vectors.keyProofs)('a key proof: $name', ({ challenge, message }) => {
    expect(encodeBytes(keyProofMessage(challenge))).toBe(message);
  });

  describe('in a window', () => {
    const TAB = 11;
    afterEach(() => {
      jest.restoreAllMocks();
    });

    it.each(vectors.displays)('a display: $name', async ({ expected, after, jws }) => {
      resetFakeChrome();
      openWindows.push({ id: 1, incognito: false, focused: true, state: 'normal' });
      openTabs.push({ id: TAB, windowId: 1, active: true });
      const windows = new OwnWindows();
      const shown: unknown[] = [];
      jest.spyOn(windows, 'ask').mockImplementation((_window, content) => {
        shown.push('secret' in content ? content.secret : content);
        return Promise.resolve({} as never);
      });
      const window = new DisplayWindow(scene.origin, { tabId: TAB, session: 'session' }, windows);
      await prepareWithTestKey(window);
      jest.spyOn(Date, 'now').mockReturnValue(scene.now * 1000);
      const never = new AbortController().signal;
      const display = async (one: string): Promise<unknown> => {
        await window.show(validate(commands['secret.display'].params, { jws: one }), keys.cms, never);
        return shown.at(-1);
      };
      for (const name of after) await display(vectors.displays.find((one) => one.name === name)?.jws ?? '');
      expect(await outcomeOf(display(jws))).toEqual(refusedBy(expected, 'SECRET_REFUSED'));
      expect(shown).toHaveLength(after.length + ('accepted' in expected ? 1 : 0));
    });

    /** Has the window make the key and the id of the vectors. */
    async function prepareWithTestKey(window: InstanceType<typeof DisplayWindow>): Promise<void> {
      const { kty, crv, x, y, d } = keys.private.window;
      const ecdh = { name: 'ECDH', namedCurve: 'P-256' };
      const pair = {
        publicKey: await crypto.subtle.importKey('jwk', { kty, crv, x, y }, ecdh, true, []),
        privateKey: await crypto.subtle.importKey('jwk', { kty, crv, x, y, d }, ecdh, false, ['deriveBits']),
      };
      jest.spyOn(crypto.subtle, 'generateKey').mockResolvedValueOnce(pair);
      jest.spyOn(crypto, 'randomUUID').mockReturnValueOnce(scene.display as ReturnType<typeof crypto.randomUUID>);
      expect(await window.prepare()).toEqual({ display: scene.display, key: { kty, crv, x, y } });
    }
  });
});
