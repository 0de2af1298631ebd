import { LARGEST_MESSAGE } from '../../../portal/src/server/mobile/scep/scep-server.js';
import { ScepEnrolment, toldBy, type Told } from '../../support/scep/scep-enrolment.js';
import { selfSigned } from '../../support/scep/scripted-client.js';
import { openTestAuthority, rsaKey } from '../../support/scep/test-authority.js';
import { spoiltBytes } from '../generators/spoilt-bytes.js';
import { bytesTarget } from '../target.js';

/** A change has no effect on a byte that nobody reads. */
const DOCUMENTED: readonly Told[] = ['success', 'badAlg', 'badMessageCheck', 'badRequest', 'badTime', 400, 413];

/** SCEP messages of phones, in DER and as an iPhone writes them. */
export const scep = bytesTarget('scep', 12_000, async () => {
  const authority = await openTestAuthority();
  const key = rsaKey();
  const certificate = selfSigned(key);
  const start = () => new ScepEnrolment(authority, key);
  let at = start();
  const good = [false, true].map((isBer) => Buffer.from(at.request({ isBer, certificate })));
  return {
    input: spoiltBytes(good, LARGEST_MESSAGE / 8),
    judge: async (message) => {
      const told = toldBy(await at.post(message));
      if (!DOCUMENTED.includes(told)) throw new Error(`told ${told}`);
      const issued = at.registrar.issued.size;
      if (issued > (told === 'success' ? 1 : 0)) throw new Error(`${issued} certificates were issued`);
      // The messages are of the first enrolment. Another one refuses their secret.
      if (told === 'success') at = start();
    },
  };
});
