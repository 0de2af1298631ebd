import { PCSC_CODE, PcscError, type CardProtocol, type PcscCard, type ShareMode } from './binding.js';
import type { Connection, Handle, PcscCalls } from './koffi-calls.js';
import { ignorePcscError } from './koffi-watch.js';

/** The calls of the library that a card needs. */
export type CardCalls = Pick<
  PcscCalls,
  'transactionTime' | 'transmit' | 'status' | 'endTransaction' | 'disconnect' | 'releaseContext'
>;

/** The connection to the service, as far as a card needs it. */
export interface Service {
  hasEnded(): boolean;
  /** Called once the card is released. */
  onReleased(card: KoffiCard): void;
}

/**
 * A held card, exclusive or in a transaction. It has a context of its own, because the library permits one call in a context at a time: a
 * mute card would block all others.
 */
export class KoffiCard implements PcscCard {
  #releasing: Promise<void> | undefined;
  #isTransmitting = false;
  readonly #keepAlive: NodeJS.Timeout | undefined;

  constructor(
    private readonly calls: CardCalls,
    private readonly context: Handle,
    private readonly connection: Connection,
    private readonly mode: ShareMode,
    private readonly service: Service,
  ) {
    const { transactionTime } = calls;
    if (mode === 'exclusive' || transactionTime === null) return;
    this.#keepAlive = setInterval(() => void this.#touch(), transactionTime / 2).unref();
  }

  get protocol(): CardProtocol {
    return this.connection.isT0 ? 'T=0' : 'T=1';
  }

  async transmit(apdu: Uint8Array): Promise<Uint8Array> {
    this.#isTransmitting = true;
    try {
      const answer = await this.calls.transmit(this.connection, apdu);
      // If the card is pulled during the APDU, pcsc-lite reports success and an empty answer.
      if (answer.length === 0) throw new PcscError(PCSC_CODE.REMOVED_CARD, 'the card was removed');
      return answer;
    } catch (error) {
      // Once the service is gone, an APDU fails with various errors (no handle, denied). All of them mean that it is gone.
      if (!this.service.hasEnded()) throw error;
      throw new PcscError(PCSC_CODE.SERVICE_STOPPED, 'the service is gone', { cause: error });
    } finally {
      this.#isTransmitting = false;
    }
  }

  disconnect(): Promise<void> {
    this.#releasing ??= this.#release().finally(() => this.service.onReleased(this));
    return this.#releasing;
  }

  /** Releases the context even if the steps before fail: the service keeps nothing of a context that is gone. */
  async #release(): Promise<void> {
    clearInterval(this.#keepAlive);
    const isReset = this.mode === 'shared' && (await this.#endTransaction());
    await this.calls.disconnect(this.connection, isReset ? 'leave' : 'reset').catch(ignorePcscError);
    await this.calls.releaseContext(this.context).catch(ignorePcscError);
  }

  /** Resets the card before the next program gets it. A second reset would disturb that program. */
  async #endTransaction(): Promise<boolean> {
    try {
      await this.calls.endTransaction(this.connection, 'reset');
      return true;
    } catch (error) {
      ignorePcscError(error);
      return false;
    }
  }

  /** Any call counts as use of the card. Its errors are ignored, because the next APDU reports them as well. */
  async #touch(): Promise<void> {
    if (!this.#isTransmitting) await this.calls.status(this.connection).catch(ignorePcscError);
  }
}
