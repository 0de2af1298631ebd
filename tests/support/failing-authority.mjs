import { readFileSync } from 'node:fs';

/**
 * A certification authority for the portal's `CARDWRIGHT_AUTHORITY`: the embedded development CA, until the file named by
 * `FAILING_AUTHORITY_CONTROL` says otherwise. It is read again for every certificate.
 */
export async function openAuthority({ openDevelopmentCa }) {
  const control = process.env.FAILING_AUTHORITY_CONTROL;
  if (!control) throw new Error('FAILING_AUTHORITY_CONTROL is not set');
  return failingAuthority(await openDevelopmentCa(), () => readFileSync(control, 'utf8'));
}

/**
 * Makes an authority fail. The first word of what `said` returns is how: `answer`, `refuse`, `unreachable`, `hang` or `mix-up` (it
 * certifies the key of the slot before); a slot after it (`refuse 9C`) spares the other slots.
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
  // Like a connection on which nothing ever arrives: it ends when the portal gives up.
  hang: (signal) =>
    new Promise((_resolve, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason));
    }),
};
