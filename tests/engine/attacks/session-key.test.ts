import { describe, expect, it } from '@jest/globals';
import { validate } from '@cardwright/protocol';
import { sessionIdOf } from '@cardwright/protocol/messages';
import { publicJwk } from '@cardwright/protocol/schemas';
import { unseal } from '@cardwright/protocol/sealing';
import { readStep, type StepPayload } from '@cardwright/protocol/steps';
import { exportJWK, generateKeyPair } from 'jose';
import * as v from 'valibot';
import type { TestCard } from '../../support/host-and-card/test-card.js';
import type { PlayedHost } from '../../support/host-and-card/played-host.js';
import { CmsUser } from '../support/cms-user.js';
import { FEW_SLOTS, TestCms } from '../support/test-cms.js';
import { ALICE } from '../support/test-people.js';

/** Attack: a script starts with a session key of its own, to open sealed secrets while the user's real host does the work. */

const cms = await TestCms.open({ policy: { slots: FEW_SLOTS } });
const alice = new CmsUser(cms, ALICE);

async function newAttackerKey() {
  const { publicKey, privateKey } = await generateKeyPair('ECDH-ES', { extractable: true, crv: 'P-256' });
  const key = validate(publicJwk, await exportJWK(publicKey));
  return { key, privateKey, session: await sessionIdOf(key) };
}

const sealedSecret = v.object({ source: v.literal('cms'), sealed: v.string() });

/** Returns the secrets of a step, by purpose. */
const secretsOf = ({ commands }: StepPayload): { purpose: string; sealed: string }[] =>
  commands.flatMap(({ params }) =>
    Object.entries(params.secrets ?? {}).flatMap(([purpose, secret]) =>
      v.is(sealedSecret, secret) ? [{ purpose, sealed: secret.sealed }] : [],
    ),
  );

describe.each(['yubikey', 'piv'] as const)("a stranger's key in the session of a half-issued %s", (model) => {
  /** Opens a real host whose card is pulled just before its secrets are applied. */
  async function breakOff(card: TestCard): Promise<PlayedHost> {
    const host = await alice.openHost(card);
    host.pull = { method: 'credentials.apply', when: 'before' };
    expect(await alice.relay(host)).toMatchObject({ state: 'running', error: { data: { name: 'CARD_REMOVED' } } });
    return alice.openHost(card);
  }

  it('is named in every step, so that the real host refuses it and the card gives no answer', async () => {
    const real = await breakOff(cms.newCard(model));
    const attacker = await newAttackerKey();
    const { step, operation } = await alice.operate('', { ...real.startRequest, host: { key: attacker.key } });
    if (!step) throw new Error('there is a step');
    expect((await readStep(step.jws, real.cms)).session).toBe(attacker.session);
    await expect(real.run(step.jws)).rejects.toMatchObject({ code: 'STEP_REFUSED', data: { reason: 'session' } });
    expect(real.executed).toEqual([]);
    // The real host answers only its own session, and those answers are not accepted in the other.
    const own = await alice.operate('', real.startRequest);
    const outcomes = await real.run(own.step?.jws ?? '');
    const moved = await alice.post(`operations/${operation}/results`, { step: step.number, outcomes });
    expect(moved.code).toBe('OPERATION_MOVED');
  });

  it('opens no secret of a step that the real host runs', async () => {
    const real = await breakOff(cms.newCard(model));
    const attacker = await newAttackerKey();
    await alice.operate('', { ...real.startRequest, host: { key: attacker.key } });
    let seen = 0;
    let answer = await alice.operate('', real.startRequest);
    while (answer.step) {
      const step = await readStep(answer.step.jws, real.cms);
      expect(step.session).toBe(real.session);
      for (const { purpose, sealed } of secretsOf(step)) {
        seen += 1;
        const { origin, operation, device } = step;
        for (const session of [real.session, attacker.session]) {
          const context = { origin, operation, device, session, purpose: purpose === 'puk' ? 'puk' : 'pin' } as const;
          await expect(unseal(sealed, attacker.privateKey, context)).rejects.toMatchObject({ code: 'SECRET_REFUSED' });
        }
      }
      const outcomes = await real.run(answer.step.jws);
      answer = await alice.operate(`/${answer.operation}/results`, { step: answer.step.number, outcomes });
    }
    expect(answer).toMatchObject({ state: 'done', deviceState: 'active' });
    // A plain card may have the former PUK, which is restored. A security key proved that it has no secret of ours.
    expect(seen).toBe(model === 'piv' ? 3 : 1);
  });
});
