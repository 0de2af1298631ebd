import { createCms, memoryStore, type Cms, type MemoryStore } from '@cardwright/cms';
import {
  call,
  defineOperation,
  defineSlice,
  inState,
  keepState,
  owned,
  type OperationDefinition,
  type Requester,
  type Step,
} from '@cardwright/cms/operations';
import { CardwrightError, validate } from '@cardwright/protocol';
import { publicJwk, type PublicJwk } from '@cardwright/protocol/schemas';
import type { CommandOutcome } from '@cardwright/protocol/steps';
import { exportJWK, generateKeyPair } from 'jose';
import * as v from 'valibot';
import { newDevice, newPolicy } from '../../integration/store/rows.js';
import { blankYubikey } from '../../support/device-facts.js';
import { personOf } from '../../support/engine/people.js';

const ADA = personOf('ada', { displayName: 'Ada Adams' });
export const BY_ADA: Requester = { person: ADA, language: 'en' };

/** Records across sessions whether the step `look` was carried out. */
export const looked = defineSlice({
  name: 'looked',
  schema: v.strictObject({ isDone: v.boolean() }),
  initial: { isDone: false },
  lasts: 'operation',
});

/** Creates a step with one command that is needed once. */
export const lookStep = (changes: Partial<Step> = {}): Step => ({
  name: 'look',
  phase: { name: 'look', words: { en: 'Looking', de: 'Wird angesehen' } },
  progress: 10,
  slices: [looked],
  needed: (context) => !context.of(looked).isDone,
  calls: (context) => [
    call('certificate.read', { slot: '9A' }, { read: () => context.keep(looked, { isDone: true }) }),
  ],
  ...changes,
});

export const operationOf = (steps: readonly Step[], changes: Partial<OperationDefinition> = {}): OperationDefinition =>
  defineOperation({
    kind: 'look',
    title: { en: 'Look', de: 'Ansicht' },
    eligibility: owned('active'),
    requireUnderWay: inState('active'),
    steps,
    settle: { done: keepState, failed: keepState },
    ...changes,
  });

export const READ: CommandOutcome = { method: 'certificate.read', result: { certificate: null } };
export const failing = (error: CardwrightError): CommandOutcome => ({
  method: 'certificate.read',
  error: error.toWire(),
});

/** The engine with a memory store and Ada's active device; a test plays page and host. */
export class EngineStage {
  cms: Cms;
  readonly #info = blankYubikey('10000001');

  private constructor(
    readonly store: MemoryStore,
    private readonly key: PublicJwk,
    operations: readonly OperationDefinition[],
  ) {
    this.cms = this.#cmsOf(operations);
  }

  static async open(...operations: readonly OperationDefinition[]): Promise<EngineStage> {
    const store = await memoryStore();
    await store.transaction(async (transaction) => {
      await transaction.putPolicy(newPolicy('yubikey'), 'add');
      await transaction.insertDevice(newDevice(ADA.id, { serial: '10000001', state: 'active' }));
    });
    const { publicKey } = await generateKeyPair('ECDH-ES', { extractable: true, crv: 'P-256' });
    return new EngineStage(store, validate(publicJwk, await exportJWK(publicKey)), operations);
  }

  /** Replaces the CMS by another version over the same store. */
  upgrade(...operations: readonly OperationDefinition[]): void {
    this.cms = this.#cmsOf(operations);
  }

  #cmsOf(operations: readonly OperationDefinition[]): Cms {
    const unused = () => Promise.reject(new Error('nothing is issued here'));
    const authority = { issue: unused, signCrl: unused, certificate: new Uint8Array() };
    return createCms({ store: this.store, authority, operations, origin: 'https://cms.example.com' });
  }

  /** The newest stored operation. */
  get operation() {
    return this.store.contents().operations.at(-1);
  }

  start(kind = 'look', requester = BY_ADA) {
    return this.cms.start(requester, { kind, device: this.#info, host: { key: this.key } });
  }

  /** Brings the results of the current step. */
  bring(outcomes: readonly CommandOutcome[] = [READ], requester = BY_ADA) {
    const { id = '', stepNumber = 0 } = this.operation ?? {};
    return this.cms.continue(requester, id, stepNumber, outcomes);
  }
}
