import { webcrypto } from 'node:crypto';
import { RETIRED_SLOTS, type Slot } from '@cardwright/protocol/devices';
import { readStep, type CommandOutcome } from '@cardwright/protocol/steps';
import { describe, expect, it } from '@jest/globals';
import { keyPairIn, makeKey, requestBy } from '../../support/host-and-card/card-program.js';
import { writeCertificate } from '../../support/host-and-card/card-memory.js';
import type { TestCard } from '../../support/host-and-card/test-card.js';
import { certificatesIn, changeRules, standings, untilCommand, untilStep } from '../support/renewal-stage.js';
import { findFlaws, findUnfinished, newKeyStage, publicKeyIn, readKeyHistory } from '../support/new-key-stage.js';

/** Attacks: keys of someone else's in the way of a renewal, and new keys that are not on the device. */

const DONE = { state: 'done', error: null, deviceState: 'active' };
const NEW_KEY = 'renewal-keys';
/** The object on the virtual card. */
const KEY_HISTORY = 0x5fc10c;
/** Progress while the card is asked for its keys. */
const LOOKING = 12;
const GOOD = { '9A': ['good'], '9C': ['good'], '9D': ['good'], '9E': ['good'] };
const refusedFor = (reason: RegExp) => ({
  state: 'failed',
  error: { data: { name: 'DEVICE_NOT_ELIGIBLE', details: { reason: expect.stringMatching(reason) } } },
  deviceState: 'active',
});

describe("a key of someone else's", () => {
  it('in a retired slot is neither overwritten nor left out of sight, and the next slot is used', async () => {
    const stage = await newKeyStage();
    await makeKey(stage.card, '82');
    const [own, old] = [publicKeyIn(stage.card, '82'), publicKeyIn(stage.card, '9D')];
    writeCertificate(stage.card.state, '82', certificatesIn(stage, '9A')[0]?.der ?? '');
    const theirs = stage.card.retired.get('82')?.certificate;
    expect(await stage.relay(await stage.newHost(), 'renew')).toMatchObject(DONE);
    expect(publicKeyIn(stage.card, '82')).toBe(own);
    expect(stage.card.retired.get('82')?.certificate).toBe(theirs);
    expect(publicKeyIn(stage.card, '83')).toBe(old);
    expect(readKeyHistory(stage.card)).toEqual({ onCard: 2, offCard: 0 });
  });

  it('in 83 stays there when the second old key comes, which is still counted', async () => {
    const stage = await newKeyStage();
    expect(await stage.relay(await stage.newHost(), 'renew')).toMatchObject(DONE);
    await makeKey(stage.card, '83');
    const [own, old] = [publicKeyIn(stage.card, '83'), publicKeyIn(stage.card, '9D')];
    expect(await stage.relay(await stage.newHost(), 'renew')).toMatchObject(DONE);
    expect(publicKeyIn(stage.card, '83')).toBe(own);
    expect(publicKeyIn(stage.card, '84')).toBe(old);
    expect(readKeyHistory(stage.card)).toEqual({ onCard: 3, offCard: 0 });
  });

  it('is not overwritten in a slot that the Key History Object does not count, nor in the next', async () => {
    const stage = await newKeyStage();
    for (const slot of ['82', '83'] as const) await makeKey(stage.card, slot);
    const theirs = (['82', '83'] as const).map((slot) => publicKeyIn(stage.card, slot));
    const old = publicKeyIn(stage.card, '9D');
    expect(await stage.relay(await stage.newHost(), 'renew')).toMatchObject(DONE);
    expect((['82', '83', '84'] as const).map((slot) => publicKeyIn(stage.card, slot))).toEqual([...theirs, old]);
    expect(readKeyHistory(stage.card)).toEqual({ onCard: 3, offCard: 0 });
  });

  it.each(['ff', 'c10163c20100fe00', 'c1020101c20100fe00'])(
    'is not overwritten if the Key History Object is wrong: %s',
    async (content) => {
      const stage = await newKeyStage();
      await makeKey(stage.card, '82');
      const [own, old] = [publicKeyIn(stage.card, '82'), publicKeyIn(stage.card, '9D')];
      stage.card.state.objects.set(KEY_HISTORY, Buffer.from(content, 'hex'));
      expect(await stage.relay(await stage.newHost(), 'renew')).toMatchObject(DONE);
      expect([publicKeyIn(stage.card, '82'), publicKeyIn(stage.card, '83')]).toEqual([own, old]);
      expect(readKeyHistory(stage.card)).toEqual({ onCard: 2, offCard: 0 });
    },
  );

  it('in 82, which appears after the card was asked, is not overwritten: the old key of 9D stays where it is', async () => {
    const stage = await newKeyStage({ policy: { renewedKeys: { '9D': 'new-key' } } });
    const host = await stage.newHost();
    const out = await untilCommand(stage, host, 'renew', 'key.move');
    await makeKey(stage.card, '82');
    const [own, old] = [publicKeyIn(stage.card, '82'), publicKeyIn(stage.card, '9D')];
    await stage.next(host, out);
    expect([publicKeyIn(stage.card, '82'), publicKeyIn(stage.card, '9D')]).toEqual([own, old]);
    expect(findFlaws(stage, [old ?? ''])).toEqual([]);
    expect(await stage.relay(await stage.newHost(), 'renew')).toMatchObject(DONE);
    expect([publicKeyIn(stage.card, '82'), publicKeyIn(stage.card, '83')]).toEqual([own, old]);
    expect(findUnfinished(stage)).toEqual([]);
  });

  it('in 95 ends the renewal before anything is changed', async () => {
    const slot = '95';
    const stage = await newKeyStage();
    await makeKey(stage.card, slot);
    const own = publicKeyIn(stage.card, slot);
    const [keys, certificates] = [new Map(stage.card.keys), new Map(stage.card.certificates)];
    const host = await stage.newHost();
    expect(await stage.relay(host, 'renew')).toMatchObject(refusedFor(/slot 95/));
    expect(host.executed).toEqual(['csr.create', 'object.read', 'key.list']);
    expect(publicKeyIn(stage.card, slot)).toBe(own);
    expect([stage.card.keys, stage.card.certificates]).toEqual([keys, certificates]);
    expect(standings(stage)).toEqual(GOOD);
  });

  it('in 9D is not lost: the renewal ends before anything is changed', async () => {
    const stage = await newKeyStage();
    await makeKey(stage.card, '9D');
    const own = publicKeyIn(stage.card, '9D');
    expect(await stage.relay(await stage.newHost(), 'renew')).toMatchObject(refusedFor(/slot 9D/));
    expect(publicKeyIn(stage.card, '9D')).toBe(own);
  });

  it('that appears in 95 after a renewal was given up is not taken for the key that the renewal left there', async () => {
    const stage = await newKeyStage();
    const host = await stage.newHost();
    host.pull = { method: 'csr.create', nth: 2, when: 'unanswered' };
    const { operation } = await stage.relay(host, 'renew');
    await stage.cms.cancel(stage.by(), operation);
    expect(stage.device?.stagedKey).not.toBeNull();
    await makeKey(stage.card, '95');
    const own = publicKeyIn(stage.card, '95');
    expect(await stage.relay(await stage.newHost(), 'renew')).toMatchObject(refusedFor(/slot 95/));
    expect(publicKeyIn(stage.card, '95')).toBe(own);
    expect(standings(stage)).toEqual(GOOD);
  });
});

describe('a host or a card that does not tell of a key', () => {
  /** Runs a renewal in which the key of a slot is left out of each answer to `key.list`, until a step does something else. */
  async function relayWithout(slot: Slot) {
    const stage = await newKeyStage();
    const host = await stage.newHost();
    let out = await untilStep(stage, host, NEW_KEY);
    const hidden = (outcomes: readonly CommandOutcome[]): CommandOutcome[] =>
      outcomes.map((outcome) => {
        if (!('result' in outcome)) return outcome;
        const { keys } = outcome.result as { readonly keys?: readonly { readonly slot: string }[] };
        return keys ? { ...outcome, result: { keys: keys.filter((key) => key.slot !== slot) } } : outcome;
      });
    while (out.step && out.progress === LOOKING) {
      const outcomes = hidden(await host.run(out.step.jws));
      out = await stage.cms.continue(stage.by(), out.operation, out.step.number, outcomes);
    }
    return { stage, out };
  }

  it('loses no certificate of 9D: the renewal ends before anything is changed', async () => {
    const { stage, out } = await relayWithout('9D');
    expect(out).toMatchObject(refusedFor(/slot 9D/));
    expect(standings(stage)).toEqual(GOOD);
  });

  it.each(['9A', '9C', '9E'] as const)('loses no certificate of %s before the new one is there', async (slot) => {
    const { stage, out } = await relayWithout(slot);
    expect(out).toMatchObject({ state: 'running', error: null });
    expect(standings(stage)).toEqual(GOOD);
  });
});

describe('a card that confirms a move that it has not made', () => {
  it('gets no good certificate for the slot, and the renewal continues', async () => {
    const stage = await newKeyStage({ policy: { renewedKeys: { '9A': 'new-key' } } });
    const { card } = stage;
    const host = await stage.newHost();
    let out = await untilCommand(stage, host, 'renew', 'key.move');
    const staged = publicKeyIn(card, '95');
    // The step deletes the old key by one APDU, and moves the new one by the next.
    card.arm({ kind: 'status', at: 2, statusWord: 0x9000 });
    out = await stage.next(host, out);
    expect(out).toMatchObject({ error: { data: { name: 'READ_BACK_MISMATCH' } } });
    expect([publicKeyIn(card, '95'), publicKeyIn(card, '9A')]).toEqual([staged, undefined]);
    expect(findFlaws(stage, [])).toEqual([]);
    expect(await stage.relay(await stage.newHost(), 'renew')).toMatchObject(DONE);
    expect(findUnfinished(stage)).toEqual([]);
  });
});

describe('a card without room for another old key', () => {
  it('is refused before anything is changed', async () => {
    const stage = await newKeyStage();
    for (const slot of RETIRED_SLOTS) if (slot !== '95') await makeKey(stage.card, slot);
    const certificates = new Map(stage.card.certificates);
    const host = await stage.newHost();
    expect(await stage.relay(host, 'renew')).toMatchObject(refusedFor(/no room/));
    expect(host.executed).toEqual(['csr.create', 'object.read', 'key.list', 'key.list']);
    expect([stage.card.certificates, standings(stage)]).toEqual([certificates, GOOD]);
  });

  it('gets new keys in its other slots if the policy keeps that of 9D', async () => {
    const stage = await newKeyStage({ policy: { renewedKeys: { '9A': 'new-key' } } });
    for (const slot of RETIRED_SLOTS) if (slot !== '95') await makeKey(stage.card, slot);
    expect(await stage.relay(await stage.newHost(), 'renew')).toMatchObject(DONE);
    expect(findUnfinished(stage)).toEqual([]);
  });
});

describe('a host that has another key certified than the one in the card', () => {
  const failedWith = (name: string) => ({ state: 'failed', error: { data: { name } }, deviceState: 'active' });

  /** Runs a renewal whose host replaces the results for the first new key. */
  async function relayForged(
    forge: (outcomes: CommandOutcome[], challenge: string, card: TestCard) => Promise<CommandOutcome[]>,
  ) {
    const stage = await newKeyStage();
    const host = await stage.newHost();
    const out = await untilCommand(stage, host, 'renew', 'key.generate');
    const jws = out.step?.jws ?? '';
    const { commands } = await readStep(jws, stage.cms.publishedKeys);
    const challenge = String(commands.find(({ method }) => method === 'csr.create')?.params.challenge);
    const forged = await forge(await host.run(jws), challenge, stage.card);
    const answer = await stage.cms.continue(stage.by(), out.operation, out.step?.number ?? 0, forged);
    return { stage, answer };
  }
  const replace = (outcomes: CommandOutcome[], results: Record<string, Record<string, unknown>>): CommandOutcome[] =>
    outcomes.map((outcome) => {
      const result = results[outcome.method];
      return result ? { method: outcome.method, result } : outcome;
    });

  it('gets no certificate for the former key of the slot', async () => {
    const { stage, answer } = await relayForged(async (outcomes, challenge, card) =>
      replace(outcomes, {
        'key.generate': { publicKey: publicKeyIn(card, '9C') },
        'csr.create': { request: await requestBy(await keyPairIn(card, '9C'), 'renewal', challenge) },
        'key.attest': { attestation: null },
      }),
    );
    expect(answer).toMatchObject(failedWith('OPERATION_FAILED'));
    expect(standings(stage)).toEqual(GOOD);
  });

  it('gets no certificate for a key in software', async () => {
    const keys = await webcrypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, ['sign', 'verify']);
    const publicKey = Buffer.from(await webcrypto.subtle.exportKey('spki', keys.publicKey)).toString('base64url');
    const { stage, answer } = await relayForged(async (outcomes, challenge) =>
      replace(outcomes, {
        'key.generate': { publicKey },
        'csr.create': { request: await requestBy(keys, 'renewal', challenge) },
        'key.attest': { attestation: null },
      }),
    );
    expect(answer).toMatchObject(failedWith('ATTESTATION_MISSING'));
    expect(standings(stage)).toEqual(GOOD);
    expect(findFlaws(stage, [])).toEqual([]);
  });
});

describe('a policy that changes in the middle', () => {
  it('has a new key made again if it wants another algorithm by now', async () => {
    const stage = await newKeyStage();
    const host = await stage.newHost();
    host.pull = { method: 'key.delete', when: 'before' };
    await stage.relay(host, 'renew');
    await changeRules(stage, { slots: { '9A': 'P-256', '9C': 'P-384', '9D': 'P-256', '9E': 'P-256' } });
    expect(await stage.relay(await stage.newHost(), 'renew')).toMatchObject(DONE);
    expect(certificatesIn(stage, '9C').map(({ algorithm }) => algorithm)).toEqual(['P-256', 'P-256', 'P-384']);
    expect(standings(stage)['9C']).toEqual(['superseded', 'superseded', 'good']);
    expect(findUnfinished(stage)).toEqual([]);
  });
});

describe('a policy that has unproved keys approved by an operator from now on', () => {
  it('makes no certificate good whose new key was made before, and is not proved', async () => {
    const slots = { '9A': 'P-256', '9E': 'P-256' } as const;
    const stage = await newKeyStage({ model: 'piv', policy: { slots } });
    const host = await stage.newHost();
    const out = await untilCommand(stage, host, 'renew', 'certificate.write');
    await changeRules(stage, { unprovenKeys: 'supervised' });
    const answer = await stage.next(host, out);
    expect(answer).toMatchObject({ state: 'failed', error: { data: { name: 'ATTESTATION_MISSING' } } });
    const unproved = certificatesIn(stage, '9A').filter(({ revocationReason }) => revocationReason === null);
    expect(unproved).toEqual([]);
  });
});

describe('a device that could not prove a new key', () => {
  it.each(['supervised', 'refuse'] as const)(
    'keeps its keys under a policy that would %s such devices',
    async (unprovenKeys) => {
      const slots = { '9A': 'P-256', '9E': 'P-256' } as const;
      const stage = await newKeyStage({ model: 'piv', policy: { slots } });
      const keys = new Map(stage.card.keys);
      await changeRules(stage, { unprovenKeys });
      const answer = await stage.relay(await stage.newHost(), 'renew');
      if (unprovenKeys === 'supervised') expect(answer).toMatchObject(DONE);
      else expect(answer).toMatchObject({ state: 'failed', error: { data: { name: 'ATTESTATION_MISSING' } } });
      expect(stage.card.keys).toEqual(keys);
    },
  );
});
