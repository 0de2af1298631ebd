import { commands, type Method, type Params, type Result } from '@cardwright/protocol';
import type { DeviceInfo } from '@cardwright/protocol/devices';
import { sessionIdOf } from '@cardwright/protocol/messages';
import type { PublicJwk } from '@cardwright/protocol/schemas';
import type { CommandOutcome } from '@cardwright/protocol/steps';
import * as v from 'valibot';
import { HostWire, lookAtCard, type Told, type WireEnd } from './host-wire.js';
import type { TestCard } from './test-card.js';

/** A page's session with its own host. Of several sessions with one card, the latest holds it. */
export class PageSession {
  private constructor(
    private readonly card: TestCard,
    private readonly wire: HostWire,
    readonly key: PublicJwk,
    readonly id: string,
    /** The latest answer of `device.open` or `device.reset`. */
    public device: DeviceInfo,
  ) {}

  /** Inserts the card, takes it from the session that holds it, and opens it. */
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

  /** @throws CardwrightError if the host refuses the whole step */
  async run(jws: string): Promise<CommandOutcome[]> {
    await this.#take();
    const { outcomes } = await this.wire.call('step.run', { jws });
    for (const outcome of outcomes)
      if (outcome.method === 'device.reset' && 'result' in outcome)
        this.device = v.parse(commands['device.reset'].result, outcome.result).device;
    return outcomes;
  }

  /** Sends the host a command outside of steps, as a script in the page can. */
  async ask<M extends Method>(method: M, params: Params<M>): Promise<Result<M>> {
    await this.#take();
    return this.wire.call(method, params);
  }

  /** Releases the card for another session. */
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
