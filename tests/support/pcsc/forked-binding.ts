import * as v from 'valibot';
import {
  PcscError,
  type PcscBinding,
  type PcscCard,
  type PcscContext,
  type PcscListener,
} from '@cardwright/native-host/in-process';
import { Refused, type Forked } from './forked.js';

const told = v.variant('event', [
  v.object({ event: v.literal('ready') }),
  v.object({ event: v.literal('readers'), names: v.array(v.string()) }),
  v.object({
    event: v.literal('status'),
    reader: v.string(),
    present: v.boolean(),
    mute: v.boolean(),
    inUse: v.boolean(),
    events: v.number(),
    atr: v.string(),
  }),
  v.object({ event: v.literal('failure'), code: v.number() }),
]);
const protocolName = v.picklist(['T=0', 'T=1']);

/** The real PC/SC library in a separate process, as a binding of a host in this process. It has one context. */
export class ForkedBinding implements PcscBinding {
  #cards = 0;

  constructor(private readonly forked: Forked) {}

  open(listener: PcscListener): PcscContext {
    this.forked.onEvent = (event) => tell(listener, v.parse(told, event));
    const opened = this.#call('open', 'main');
    opened.catch((error: unknown) => {
      if (error instanceof PcscError) listener.onFailure(error);
    });
    return {
      connect: async (reader, mode = 'exclusive') => {
        this.#cards += 1;
        const card = `card-${this.#cards}`;
        const protocol = v.parse(protocolName, await this.#call('connect', 'main', card, reader, mode));
        return this.#cardOf(card, protocol);
      },
      close: async () => {
        await this.#call('close', 'main');
      },
    };
  }

  #cardOf(card: string, protocol: PcscCard['protocol']): PcscCard {
    return {
      protocol,
      transmit: async (apdu) => {
        const answer = await this.#call('transmit', card, Buffer.from(apdu).toString('hex'));
        return Uint8Array.from(Buffer.from(v.parse(v.string(), answer), 'hex'));
      },
      disconnect: async () => {
        await this.#call('disconnect', card);
      },
    };
  }

  /** @throws PcscError */
  async #call(method: string, ...args: readonly unknown[]): Promise<unknown> {
    try {
      return await this.forked.call(method, ...args);
    } catch (error) {
      if (error instanceof Refused && error.code !== undefined) throw new PcscError(error.code, error.message);
      throw error;
    }
  }
}

function tell(listener: PcscListener, event: v.InferOutput<typeof told>): void {
  switch (event.event) {
    case 'readers':
      listener.onReaders(event.names);
      return;
    case 'status':
      listener.onStatus(event.reader, { ...event, atr: Uint8Array.from(Buffer.from(event.atr, 'hex')) });
      return;
    case 'failure':
      listener.onFailure(new PcscError(event.code, 'the service is gone'));
      return;
    case 'ready':
      return;
  }
}
