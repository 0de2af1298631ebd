import { encodeBytes } from '../../base64url.js';
import { keyProofMessage } from '../../key-proof.js';
import { sessionIdOf } from '../../session-id.js';
import { PROTOCOL_RANGE } from '../../version.js';
import { makeDisplayVectors } from './display-vectors.js';
import { makeEscrowVectors } from './escrow-vectors.js';
import { makeSealedVectors } from './sealed-vectors.js';
import { makeStepVectors } from './step-vectors.js';
import { cmsKeySet, publicPartOf, testKeys } from './test-keys.js';
import { makeScene } from './vector.js';
import { VectorSigner } from './vector-signer.js';

/** The content of `docs/protocol.vectors.json`. */
export type Vectors = Awaited<ReturnType<typeof makeVectors>>;

/**
 * Returns the content of `docs/protocol.vectors.json`, the test vectors. Published signatures that are still valid are kept, so that unchanged
 * vectors give the same bytes again.
 *
 * @param published content of the present file; empty if there is no such file
 */
export const writeVectors = async (published: string): Promise<string> =>
  `${JSON.stringify(await makeVectors(new VectorSigner(signaturesIn(published))), null, 2)}\n`;

async function makeVectors(signer: VectorSigner) {
  const { major, minor } = PROTOCOL_RANGE.max;
  const scene = await makeScene();
  const host = publicPartOf(testKeys.host);
  const named = cmsKeySet.keys[0] ?? host;
  const challenge = encodeBytes(Uint8Array.from({ length: 32 }, (_, index) => index));
  return {
    title: `Cardwright protocol ${major}.${minor}: test vectors`,
    warning: "For tests only. Every private key in this file is public, and every PIN, PUK and key in it is nobody's.",
    scene,
    keys: {
      cms: cmsKeySet,
      private: {
        cmsSigning: testKeys.cmsSigning,
        cmsSealing: testKeys.cmsSealing,
        host: testKeys.host,
        window: testKeys.window,
      },
    },
    sessionIds: [
      { name: 'the session of the vectors', key: host, id: scene.session },
      { name: 'further members do not count', key: named, id: await sessionIdOf(named) },
    ],
    steps: await makeStepVectors(scene, signer),
    sealed: await makeSealedVectors(scene),
    escrows: await makeEscrowVectors(scene),
    displays: await makeDisplayVectors(scene, signer),
    keyProofs: [{ name: 'a challenge of 32 bytes', challenge, message: encodeBytes(keyProofMessage(challenge)) }],
  };
}

/** Finds the members of a JSON text whose values look like a compact JWS, and returns these values. */
const signaturesIn = (text: string): string[] => text.match(/(?<=": ")[\w-]+\.[\w-]+\.[\w-]+(?=")/g) ?? [];
