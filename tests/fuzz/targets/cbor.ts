import { isCardwrightError } from '@cardwright/protocol';
import { cborMap, decodeCbor, encodeCbor } from '../../../native-host/src/applets/fido2/cbor.js';
import { spoiltBytes } from '../generators/spoilt-bytes.js';
import { bytesTarget } from '../target.js';

const GOOD = [
  encodeCbor(
    cborMap([
      [1, ['FIDO_2_0', 'FIDO_2_1']],
      [3, Buffer.alloc(16, 7)],
      [4, cborMap([['rk', true]])],
      [5, 1200],
    ]),
  ),
  encodeCbor(
    cborMap([
      [
        1,
        cborMap([
          [1, 2],
          [3, -25],
          [-1, 1],
          [-2, Buffer.alloc(32, 1)],
          [-3, Buffer.alloc(32, 2)],
        ]),
      ],
    ]),
  ),
  encodeCbor([null, true, -1, 2 ** 40, 'text', [[[[1]]]]]),
];

/** CBOR as an authenticator answers it. */
export const cbor = bytesTarget('cbor', 150_000, () => ({
  input: spoiltBytes(GOOD),
  isRefusal: (error) => isCardwrightError(error, 'AUTHENTICATOR_ERROR'),
  judge: (input) => {
    const value = decodeCbor(input);
    const again = encodeCbor(decodeCbor(encodeCbor(value)));
    if (!Buffer.from(again).equals(encodeCbor(value))) throw new Error('written again, it says something else');
  },
}));
