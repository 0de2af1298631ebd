import { systemClock } from '../clock.js';
import {
  PCSC_CODE,
  PcscError,
  type CardProtocol,
  type PcscBinding,
  type PcscCard,
  type PcscContext,
  type PcscListener,
} from './binding.js';
import { PcscCalls, type Connection, type Handle } from './koffi-calls.js';
import { ignorePcscError, KoffiWatch } from './koffi-watch.js';

/**
 * PC/SC as the system has it, through koffi.
 *
 * @throws Error when the system's library is not there
 */
export function loadKoffiBinding(): PcscBinding {
  const calls = PcscCalls.load();
  return { open: (listener) => new KoffiContext(calls, listener) };
}

class KoffiContext implements PcscContext {
  readonly #calls: PcscCalls;
  readonly #watch: KoffiWatch;
  #hasEnded = false;

  constructor(calls: PcscCalls, listener: PcscListener) {
    this.#calls = calls;
    const failing: PcscListener = {
      onReaders: (names) => listener.onReaders(names),
      onStatus: (reader, status) => listener.onStatus(reader, status),
      onFailure: (error) => {
        this.#hasEnded = true;
        listener.onFailure(error);
      },
    };
    this.#watch = new KoffiWatch(calls, calls.establishContext(), failing, systemClock);
  }

  /** Each card has a context of its own, because the library lets one call into a context at a time: a mute card would hinder all. */
  async connect(reader: string): Promise<PcscCard> {
    if (this.#hasEnded) throw new PcscError(PCSC_CODE.SERVICE_STOPPED, 'the service is gone');
    const context = this.#calls.establishContext();
    try {
      const connection = await this.#calls.connect(context, reader);
      return new KoffiCard(this.#calls, context, connection, { hasEnded: () => this.#hasEnded });
    } catch (error) {
      await this.#calls.releaseContext(context).catch(ignorePcscError);
      throw error;
    }
  }

  close(): Promise<void> {
    this.#hasEnded = true;
    return this.#watch.end();
  }
}

/** What a card needs to know of the connection to the service. */
interface Service {
  hasEnded(): boolean;
}

class KoffiCard implements PcscCard {
  readonly protocol: CardProtocol;

  constructor(
    private readonly calls: PcscCalls,
    private readonly context: Handle,
    private readonly connection: Connection,
    private readonly service: Service,
  ) {
    this.protocol = connection.isT0 ? 'T=0' : 'T=1';
  }

  async transmit(apdu: Uint8Array): Promise<Uint8Array> {
    const answer = await this.#transmit(apdu);
    // Pulled during the APDU, pcsc-lite reports success and nothing.
    if (answer.length === 0) throw new PcscError(PCSC_CODE.REMOVED_CARD, 'the card was removed');
    return answer;
  }

  /** Once the service is gone an APDU fails in many ways (no handle, denied), which all mean that. */
  async #transmit(apdu: Uint8Array): Promise<Uint8Array> {
    try {
      return await this.calls.transmit(this.connection, apdu);
    } catch (error) {
      if (!this.service.hasEnded()) throw error;
      throw new PcscError(PCSC_CODE.SERVICE_STOPPED, 'the service is gone', { cause: error });
    }
  }

  /** Whatever hinders the first, the second releases: it ends all that the service knows of this card's context. */
  async disconnect(): Promise<void> {
    await this.calls.disconnect(this.connection).catch(ignorePcscError);
    await this.calls.releaseContext(this.context).catch(ignorePcscError);
  }
}
