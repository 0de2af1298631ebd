import { readFileSync } from 'node:fs';

/**
 * A certification authority for the portal's `CARDWRIGHT_AUTHORITY`: the embedded development CA, until the file named by
 * `FAILING_AUTHORITY_CONTROL` orders a failure. The file is read for every certificate.
 */
export async function openAuthority({ openDevelopmentCa }) {
  const control = process.env.FAILING_AUTHORITY_CONTROL;
  if (!control) throw new Error('FAILING_AUTHORITY_CONTROL is not set');
  return failingAuthority(await openDevelopmentCa(), () => readFileSync(control, 'utf8'));
}

/**
 * Makes an authority fail. The first word that `said` returns is the mode: `answer`, `refuse`, `unreachable`, `hang` or `mix-up`,
 * which certifies the key of the previous slot. A slot after it, as in `refuse 9C`, limits the failure to that slot.
 */
export function failingAuthority(embedded, said) {
  let last;
  const issue = async (order, signal) => {
    const [mode, slot = order.slot] = said().trim().split(' ');
    if (slot === order.slot) await MODES[mode](signal);
    const publicKey = (mode === 'mix-up' && slot === order.slot && last) || order.publicKey;
    last = order.publicKey;
    return embedded.issue({ ...order, publicKey }, signal);
  };
  return { ...embedded, issue };
}

const MODES = {
  answer: () => undefined,
  'mix-up': () => undefined,
  refuse: () => {
    throw Object.assign(new Error('The profile does not allow this subject.'), { code: 'CA_REFUSED' });
  },
  unreachable: () => {
    throw Object.assign(new Error('connection refused'), { code: 'CA_UNAVAILABLE' });
  },
  // Behaves as a silent connection, which ends when the portal gives up.
  hang: (signal) =>
    new Promise((_resolve, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason));
    }),
};
