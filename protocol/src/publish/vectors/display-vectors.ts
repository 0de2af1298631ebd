import { DISPLAY_TYPE, type DisplayPayload } from '../../display.js';
import type { SealContext } from '../../sealing.js';
import { SIGNATURE_ALGORITHM } from '../../signed-json.js';
import { STEP_TYPE } from '../../step.js';
import { withPart } from './alter.js';
import { SIGNING_KID, testKeys, type TestKey } from './test-keys.js';
import { accepted, refused, type Scene, type Vector } from './vector.js';
import { sealVector } from './vector-sealer.js';
import { encodeJson, type VectorSigner } from './vector-signer.js';

/**
 * A signed display, as passed to `secret.display`. The receiver is a session in which the window was prepared, and which has already shown the
 * displays that `after` names.
 */
export type DisplayVector = Vector<string> & { readonly after: readonly string[]; readonly jws: string };

const HEADER = { alg: SIGNATURE_ALGORITHM, typ: DISPLAY_TYPE, kid: SIGNING_KID };
const GOOD = 'an initial PIN';
const SHOWN_PIN = '12345678';

export async function makeDisplayVectors(scene: Scene, signer: VectorSigner): Promise<DisplayVector[]> {
  const { origin, display, device, now } = scene;
  const context: SealContext = { origin, operation: null, device, session: display, purpose: 'display' };
  const sealed = await sealVector('a PIN for a person', SHOWN_PIN, testKeys.window, context);
  const shown: DisplayPayload = { origin, display, device, label: 'initial-pin', expires: now + 300, sealed };
  const sign = (payload: object, header: object = HEADER, key: TestKey = testKeys.cmsSigning) =>
    signer.sign(header, payload, key);
  const bad = async (
    name: string,
    rule: string,
    jws: Promise<string>,
    after: string[] = [],
  ): Promise<DisplayVector> => ({
    ...refused(name, rule),
    after,
    jws: await jws,
  });
  const sealedAs = async (name: string, text: string, own: SealContext): Promise<string> =>
    sign({ ...shown, sealed: await sealVector(name, text, testKeys.window, own) });
  const right = await sign(shown);
  return [
    { ...accepted(GOOD, SHOWN_PIN), after: [], jws: right },
    await bad('the type of a step', 'signature', sign(shown, { ...HEADER, typ: STEP_TYPE })),
    await bad(
      'the payload altered',
      'signature',
      Promise.resolve(withPart(right, 1, () => encodeJson({ ...shown, label: 'puk' }))),
    ),
    await bad('signed by another key', 'signature', sign(shown, HEADER, testKeys.strangerSigning)),
    await bad('words of its own', 'content', sign({ ...shown, label: 'Call +49 30 1234' })),
    await bad('of another origin', 'binding', sign({ ...shown, origin: 'https://cms.example.org' })),
    await bad('for another window', 'binding', sign({ ...shown, display: 'another-window' })),
    await bad('expired now', 'binding', sign({ ...shown, expires: now })),
    await bad('the same display again', 'binding', Promise.resolve(right), [GOOD]),
    await bad('a secret of another device', 'sealed', sign({ ...shown, device: 'serial:87654321' })),
    await bad(
      'a secret that was sealed for a command',
      'sealed',
      sealedAs('sealed as a PIN', SHOWN_PIN, { ...context, purpose: 'pin' }),
    ),
    await bad('a message in place of a secret', 'secret', sealedAs('a message', 'Call +49 30 1234', context)),
  ];
}
