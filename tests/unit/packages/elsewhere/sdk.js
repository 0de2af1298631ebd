import assert from 'node:assert/strict';
import { CardwrightError, CmsClient, connect, explainError, isCardwrightError } from '@cardwright/sdk';

const window = { location: { origin: 'https://cms.example.com' }, postMessage: () => undefined };
const error = await connect({ window, signal: AbortSignal.abort() }).catch((one) => one);
assert.ok(isCardwrightError(error, 'CANCELLED') && error instanceof CardwrightError);

const { user } = await explainError(new CardwrightError('NO_READER'), 'de');
assert.match(user, /erneut|noch einmal|wieder/);

const fetch = async () => Response.json({ error: new CardwrightError('FORBIDDEN').toWire() }, { status: 403 });
await assert.rejects(new CmsClient('/api', { fetch }).eligibility('issue', [{ id: 'serial:1' }]), (one) =>
  isCardwrightError(one, 'FORBIDDEN'),
);
console.log('sdk');
