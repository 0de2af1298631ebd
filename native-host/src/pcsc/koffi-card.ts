import {
  PCSC_CODE,
  PcscError,
  type CardProtocol,
  type PcscCard,
  type ReaderControl,
  type ShareMode,
} from './binding.js';
import type { Connection, Handle, PcscCalls } from './koffi-calls.js';
import { ignorePcscError } from './koffi-watch.js';

/** The calls of the library that a card needs. */
export type CardCalls = Pick<
  PcscCalls,
  | 'transactionTime'
  | 'transmit'
  | 'featureRequest'
  | 'control'
  | 'status'
  | 'endTransaction'
  | 'disconnect'
  | 'releaseContext'
>;

/** The part of the connection to the service that a card needs. */
export interface Service {
  hasEnded(): boolean;
  /** Called when the card is released. */
  onReleased(card: KoffiCard): void;
}

/**
 * A card that is held exclusively or in a transaction. Each card has a context of its own, because the library permits one call in a context at
 * a time, so a mute card would block the calls for all other cards.
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
    const answer = await this.#during(() => this.calls.transmit(this.connection, apdu));
    // If the card is removed during the APDU, pcsc-lite reports success and an empty answer.
    if (answer.length === 0) throw new PcscError(PCSC_CODE.REMOVED_CARD, 'the card was removed');
    return answer;
  }

  get reader(): ReaderControl {
    return {
      featureRequest: this.calls.featureRequest,
      control: (code, data) => this.#during(() => this.calls.control(this.connection, code, data)),
    };
  }

  async #during(call: () => Promise<Uint8Array>): Promise<Uint8Array> {
    this.#isTransmitting = true;
    try {
      return await call();
    } catch (error) {
      // After the end of the service, a call fails with various errors, such as an invalid handle or denied access. All of them mean that the
      // service is gone.
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

  /** Releases card and context. The context is released even if an earlier step fails, because this makes the service release the card. */
  async #release(): Promise<void> {
    clearInterval(this.#keepAlive);
    const isReset = this.mode === 'shared' && (await this.#endTransaction());
    await this.calls.disconnect(this.connection, isReset ? 'leave' : 'reset').catch(ignorePcscError);
    await this.calls.releaseContext(this.context).catch(ignorePcscError);
  }

  /**
   * Ends the transaction with a reset, before the next program gets the card. Returns true if this worked. The card must then be released
   * without a second reset, which would disturb the next program.
   */
  async #endTransaction(): Promise<boolean> {
    try {
      await this.calls.endTransaction(this.connection, 'reset');
      return true;
    } catch (error) {
      ignorePcscError(error);
      return false;
    }
  }

  /**
   * Keeps the operating system from ending the transaction as idle, because any call counts as use of the card. Errors are ignored, because the
   * next APDU reports them as well.
   */
  async #touch(): Promise<void> {
    if (!this.#isTransmitting) await this.calls.status(this.connection).catch(ignorePcscError);
  }
}
