import { unlock } from '@cardwright/cms';
import type { UnlockCode } from '@cardwright/cms/devices';
import { changePolicy, readDevicePolicy } from '@cardwright/cms/policies';
import type { Person } from '@cardwright/cms/store';
import type { OperationAnswer } from '@cardwright/protocol/cms';
import { ADMINISTRATOR } from '../../support/administrator.js';
import { personOf } from '../../support/engine/people.js';
import { issueCode } from '../../support/engine/unlock-code.js';
import type { PlayedHost } from '../../support/host-and-card/played-host.js';
import { ADA, ToyStage, type ToyOptions } from './toy-stage.js';

const OLGA = personOf('olga');
/** The new PIN that Ada chooses. */
export const NEW_PIN = '862713';

/** A stage with Ada's active device, for which a new PIN needs a one-time code, and a movable clock. */
export class CodedStage {
  /** The lead of the CMS's clock, in milliseconds. */
  ahead = 0;
  private constructor(private readonly toy: { stage?: ToyStage }) {}

  static async open(options: ToyOptions = {}): Promise<CodedStage> {
    const coded = new CodedStage({});
    const policy = { unlockNeedsCode: true, ...options.policy };
    const now = () => new Date(Date.now() + coded.ahead);
    coded.toy.stage = await ToyStage.issued({ operations: [unlock], now, ...options, policy });
    return coded;
  }

  get stage(): ToyStage {
    if (!this.toy.stage) throw new Error('the stage is not open');
    return this.toy.stage;
  }

  get id(): string {
    return this.stage.device?.id ?? '';
  }

  /** The entries of the audit log about codes. */
  get log() {
    return this.stage.store
      .contents()
      .audit.filter(({ event }) => event.startsWith('unlock-code.'))
      .map(({ actor, event, outcome }) => `${actor} ${event} ${outcome}`);
  }

  issue(operator: Person = OLGA): Promise<UnlockCode> {
    return issueCode(this.stage, operator, this.id);
  }

  /** Opens a session whose user chooses a PIN. */
  async newHost(): Promise<PlayedHost> {
    const host = await this.stage.newHost();
    host.user = () => NEW_PIN;
    return host;
  }

  /** Starts an unlock with a code, in a new session unless one is given. */
  async start(code?: string, host?: PlayedHost, person: Person = ADA): Promise<OperationAnswer> {
    const { startRequest } = host ?? (await this.newHost());
    const request = { ...startRequest, kind: 'unlock', ...(code === undefined ? {} : { code }) };
    return this.stage.cms.start(this.stage.by(person), request);
  }

  /** Starts an unlock with a code, and relays until operation or session ends. */
  async unlock(code?: string, host?: PlayedHost): Promise<OperationAnswer> {
    const used = host ?? (await this.newHost());
    return this.finish(used, await this.start(code, used));
  }

  /** Relays until the operation or its session ends. */
  async finish(host: PlayedHost, started: OperationAnswer): Promise<OperationAnswer> {
    let answer = started;
    while (answer.step) answer = await this.stage.next(host, answer);
    return answer;
  }

  /** Sets whether the policy requires a code. */
  async want(unlockNeedsCode: boolean): Promise<void> {
    const { store } = this.stage;
    const model = this.stage.device?.model ?? '';
    const row = await store.transaction((transaction) => transaction.findPolicy(model));
    if (!row) throw new Error(`no policy for ${model}`);
    await changePolicy(store, ADMINISTRATOR, { model, policy: { ...readDevicePolicy(row), unlockNeedsCode } });
  }
}
