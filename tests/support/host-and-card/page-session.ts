import {
  commands,
  sessionIdOf,
  type CommandOutcome,
  type DeviceInfo,
  type Method,
  type Params,
  type PublicJwk,
  type Result,
} from '@cardwright/protocol';
import * as v from 'valibot';
import { HostWire, lookAtCard, type Told, type WireEnd } from './host-wire.js';
import type { TestCard } from './test-card.js';

/** A page's session with a host of its own. Of several with one card, the one that asked last has it. */
export class PageSession {
  private constructor(
    private readonly card: TestCard,
    private readonly wire: HostWire,
    readonly key: PublicJwk,
    readonly id: string,
    /** As `device.open` or `device.reset` answered it last. */
    public device: DeviceInfo,
  ) {}

  /** Puts the card into its reader, takes it from the session that has it, and opens it. */
  static async start(card: TestCard, told: Told, end: WireEnd): Promise<PageSession> {
    const wire = await HostWire.start(card.board.process().binding, end);
    const key = await wire.initialize(told);
    await card.holder?.release();
    card.insert();
    const listed = await lookAtCard(card.board);
    const { device } = await wire.call('device.open', { device: listed.id });
    const session = new PageSession(card, wire, key, await sessionIdOf(key), device);
    card.holder = session;
    return session;
  }

  /** @throws CardwrightError with which the host refuses the whole step */
  async run(jws: string): Promise<CommandOutcome[]> {
    await this.#take();
    const { outcomes } = await this.wire.call('step.run', { jws });
    for (const outcome of outcomes)
      if (outcome.method === 'device.reset' && 'result' in outcome)
        this.device = v.parse(commands['device.reset'].result, outcome.result).device;
    return outcomes;
  }

  /** Asks the host for a command outside of steps, as a script in the page can. */
  async ask<M extends Method>(method: M, params: Params<M>): Promise<Result<M>> {
    await this.#take();
    return this.wire.call(method, params);
  }

  /** Leaves the card to another session. */
  async release(): Promise<void> {
    this.card.holder = undefined;
    await this.wire.call('device.close', {});
  }

  async #take(): Promise<void> {
    if (this.card.holder === this) return;
    await this.card.holder?.release();
    this.card.insert();
    const { device } = await this.wire.call('device.open', { device: this.device.id });
    this.device = device;
    this.card.holder = this;
  }
}
