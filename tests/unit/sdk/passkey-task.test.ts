import { expect, it } from '@jest/globals';
import type { OperationProgress } from '../../../sdk/src/operation.js';
import { passkeyTaskOf } from '../../../sdk/src/elements/passkey-task.js';

const STATUS: OperationProgress = { phase: null, progress: 40, deviceState: null, turn: 'card', method: 'fido.reset' };

it.each([
  ['touch', { turn: 'touch' }],
  ['hold', { turn: 'touch', isLong: true }],
  ['reinsert', { turn: 'reinsert' }],
  ['reset-fido', { turn: 'user' }],
  [null, { turn: 'card' }],
] as const)('a user whose key is reset has the task %s', (task, status) => {
  expect(passkeyTaskOf({ ...STATUS, ...status })).toBe(task);
});
