import { PcscError, type PcscBinding, type PcscCard } from '@cardwright/native-host/in-process';
import { ReaderBoard, type ReaderAccess } from '../support/reader-board.js';

/** A PC/SC call and its answer from now on: a return code, or a value that no library should throw. */
export interface CallFault {
  readonly call: 'open' | 'connect' | 'transmit';
  readonly answer: number | Error;
}

/** Simulated readers whose smart card service can fail. */
export class FaultyReaders {
  readonly board: ReaderBoard;
  fault: CallFault | undefined;

  constructor(names: readonly string[]) {
    this.board = new ReaderBoard(names);
  }

  /** Creates a process that uses these readers. */
  process(): ReaderAccess {
    const process = this.board.process();
    return { binding: this.#faulty(process.binding), kill: () => process.kill() };
  }

  #faulty(binding: PcscBinding): PcscBinding {
    return {
      open: (listener) => {
        this.#failAt('open');
        const context = binding.open(listener);
        return {
          connect: async (reader, mode) => {
            this.#failAt('connect');
            return this.#faultyCard(await context.connect(reader, mode));
          },
          close: () => context.close(),
        };
      },
    };
  }

  #faultyCard(card: PcscCard): PcscCard {
    return {
      protocol: card.protocol,
      ...(card.reader && { reader: card.reader }),
      transmit: async (apdu) => {
        this.#failAt('transmit');
        return card.transmit(apdu);
      },
      disconnect: () => card.disconnect(),
    };
  }

  #failAt(call: CallFault['call']): void {
    if (this.fault?.call !== call) return;
    const { answer } = this.fault;
    throw typeof answer === 'number' ? new PcscError(answer, 'as the test wants it') : answer;
  }
}
