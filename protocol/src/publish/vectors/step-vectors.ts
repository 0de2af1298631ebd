import { SIGNATURE_ALGORITHM } from '../../signed-json.js';
import { STEP_TYPE, type StepPayload } from '../../step.js';
import { DISPLAY_TYPE } from '../../display.js';
import { withPart } from './alter.js';
import { sealPin } from './sealed-vectors.js';
import { OLDER_SIGNING_KID, SEALING_KID, SIGNING_KID, testKeys, type TestKey } from './test-keys.js';
import { accepted, refused, type Scene, type Vector } from './vector.js';
import { encodeJson, type VectorSigner } from './vector-signer.js';

/** A step, as passed to `step.run`. The receiver is a host that has already accepted the steps that `after` names, and no others. */
export type StepVector = Vector<StepPayload> & { readonly after: readonly string[]; readonly jws: string };

const HEADER = { alg: SIGNATURE_ALGORITHM, typ: STEP_TYPE, kid: SIGNING_KID };
const GOOD = 'two commands';
/** Seconds for which a step of the vectors is valid. */
const VALID_FOR = 300;

export async function makeStepVectors(scene: Scene, signer: VectorSigner): Promise<StepVector[]> {
  const { origin, operation, device, card, session, now } = scene;
  const step: StepPayload = {
    origin,
    operation,
    number: 7,
    device,
    card,
    session,
    expires: now + VALID_FOR,
    commands: [
      { method: 'pin.getStatus', params: {} },
      { method: 'pin.verify', params: { secrets: { pin: { source: 'cms', sealed: await sealPin(scene) } } } },
    ],
  };
  const { commands, ...withoutCommands } = step;
  const sign = (payload: object | string, header: object = HEADER, key: TestKey = testKeys.cmsSigning) =>
    signer.sign(header, payload, key);
  const good = async (name: string, payload: StepPayload, jws = sign(payload)): Promise<StepVector> => ({
    ...accepted(name, payload),
    after: [],
    jws: await jws,
  });
  const bad = async (name: string, rule: string, jws: Promise<string>, after: string[] = []): Promise<StepVector> => ({
    ...refused(name, rule),
    after,
    jws: await jws,
  });
  const right = await sign(step);
  const forged = (name: string, jws: Promise<string>) => bad(name, 'signature', jws);
  return [
    await good(GOOD, step),
    await good('the slots of the card in another order', { ...step, card: { ...card, certificates: ['9E', '9A'] } }),
    await good(
      'signed with the older key',
      step,
      sign(step, { ...HEADER, kid: OLDER_SIGNING_KID }, testKeys.cmsOlderSigning),
    ),
    { ...(await good('the next number', { ...step, number: 8 })), after: [GOOD] },
    {
      ...(await good('a lower number, of another operation', { ...step, operation: 'another-operation', number: 1 })),
      after: [GOOD],
    },
    await forged('the type of a display', sign(step, { ...HEADER, typ: DISPLAY_TYPE })),
    await forged('the type of a JWT', sign(step, { ...HEADER, typ: 'JWT' })),
    await forged('no type', sign(step, { alg: SIGNATURE_ALGORITHM, kid: SIGNING_KID })),
    await bad(
      'alg none, not signed',
      'INVALID_PARAMS',
      Promise.resolve(`${encodeJson({ ...HEADER, alg: 'none' })}.${encodeJson(step)}.`),
    ),
    await forged(
      'alg none, with a right signature',
      Promise.resolve(withPart(right, 0, () => encodeJson({ ...HEADER, alg: 'none' }))),
    ),
    await forged('HS256, with the public key as the secret', signer.signByHmac(HEADER, step, testKeys.cmsSigning)),
    await forged(
      'ES384 named, with a right signature',
      Promise.resolve(withPart(right, 0, () => encodeJson({ ...HEADER, alg: 'ES384' }))),
    ),
    await forged('the payload altered', Promise.resolve(withPart(right, 1, () => encodeJson({ ...step, number: 9 })))),
    await forged('signed by another key', sign(step, HEADER, testKeys.strangerSigning)),
    await forged(
      'signed by the sealing key of the CMS',
      sign(step, { ...HEADER, kid: SEALING_KID }, testKeys.cmsSealing),
    ),
    await forged('signed by the older key, named as the newer', sign(step, HEADER, testKeys.cmsOlderSigning)),
    await forged('the name of no key', sign(step, { ...HEADER, kid: 'test-only-sign-3' })),
    await forged(
      'a header that must be understood',
      sign(step, { ...HEADER, crit: ['not-understood'], 'not-understood': true }),
    ),
    await bad('not JSON', 'content', sign('a step')),
    await bad('a further claim', 'content', sign({ ...step, iat: now })),
    await bad('a claim less', 'content', sign(withoutCommands)),
    await bad('no commands', 'content', sign({ ...step, commands: [] })),
    await bad('a number that is a string', 'content', sign({ ...step, number: '7' })),
    await bad('of another origin', 'origin', sign({ ...step, origin: 'https://cms.example.org' })),
    await bad('for another session', 'session', sign({ ...step, session: 'A'.repeat(43) })),
    await bad('expired now', 'expired', sign({ ...step, expires: now })),
    await bad('for another device', 'device', sign({ ...step, device: 'serial:87654321' })),
    await bad('for a card without certificates', 'card', sign({ ...step, card: { ...card, certificates: [] } })),
    await bad('for a card with another GUID', 'card', sign({ ...step, card: { ...card, guid: null } })),
    await bad('the same step again', 'order', sign(step), [GOOD]),
    await bad('the same number again', 'order', sign({ ...step, commands: commands.slice(0, 1) }), [GOOD]),
    await bad('an earlier number', 'order', sign({ ...step, number: 6 }), [GOOD]),
    await bad(
      'a command that does not exist',
      'content',
      sign({ ...step, commands: [{ method: 'card.raw', params: {} }] }),
    ),
    await bad(
      'a command of the page alone',
      'content',
      sign({ ...step, commands: [...commands, { method: 'device.close', params: {} }] }),
    ),
    await bad(
      'a parameter that does not exist',
      'INVALID_PARAMS',
      sign({ ...step, commands: [{ method: 'pin.getStatus', params: { pin: null } }] }),
    ),
  ];
}
