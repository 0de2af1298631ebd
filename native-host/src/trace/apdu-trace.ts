import { AsyncLocalStorage } from 'node:async_hooks';
import { isCardwrightError } from '@cardwright/protocol';
import type { RequestId } from '@cardwright/protocol/messages';
import type { ApduExchange, apduNotification } from '@cardwright/protocol/trace';
import type * as v from 'valibot';
import { systemClock, type Clock } from '../clock.js';
import { decodeCommand, decodeResponse, STATUS_WORD_LENGTH, type CommandApdu } from '../iso7816/apdu.js';
import { statusWordInWords } from '../iso7816/status-word.js';
import type { ApduWatch } from '../pcsc/card-connection.js';
import type { CommandTrace } from '../server/server.js';
import { ApduPrivacy } from './apdu-privacy.js';
import { InstructionNames } from './instruction-names.js';

/** Largest number of bytes of data or answer in a report. The reported lengths are the lengths before the truncation. */
const MAX_BYTES = 4_096;

/** A command that causes APDUs. An APDU that follows after the end of the command counts as the host's own. */
interface RunningCommand {
  readonly id: RequestId;
  readonly method: string;
  isRunning: boolean;
}

/**
 * Reports every APDU and its answer to the extension, without secrets, while the trace is on. The length of the data does not reveal the length
 * of a PIN or PUK: the PIN and PUK of PIV are padded to 8 bytes (SP 800-73-4 Part 2, 2.4.3), a FIDO PIN to 64 bytes (CTAP 2.1, 6.5.5.5).
 */
export class ApduTrace implements CommandTrace {
  #isOn = false;
  readonly #commands = new AsyncLocalStorage<RunningCommand>();

  constructor(
    private readonly tell: (told: v.InferOutput<typeof apduNotification>) => void,
    private readonly clock: Clock = systemClock,
  ) {}

  set(apdus: boolean): void {
    this.#isOn = apdus;
  }

  during<T>(id: RequestId, method: string, work: () => Promise<T>): Promise<T> {
    if (!this.#isOn) return work();
    const command = { id, method, isRunning: true };
    return this.#commands.run(command, work).finally(() => {
      command.isRunning = false;
    });
  }

  /** Creates the observer of the APDUs of one connection. */
  watch(reader: string): ApduWatch {
    let seen: Seen | undefined;
    return (apdu) => {
      // While the trace is off, APDUs are missed, so what was seen before no longer applies.
      if (!this.#isOn) return (seen = undefined);
      seen ??= { privacy: new ApduPrivacy(), names: new InstructionNames() };
      return this.#begin(reader, apdu, seen);
    };
  }

  #begin(reader: string, apdu: Uint8Array, { privacy, names }: Seen): ReturnType<ApduWatch> {
    const command = decodeCommand(apdu);
    const isHarmless = privacy.isHarmless(command);
    const instruction = names.nameOf(command);
    const cause = this.#commands.getStore();
    const { id, method } = cause?.isRunning === true ? cause : { id: null, method: '' };
    const startedAt = this.clock.now();
    return (outcome) => {
      const exchange = {
        method,
        reader,
        instruction,
        ...described(command, isHarmless),
        ...answered(outcome, isHarmless),
        duration: this.clock.now() - startedAt,
      };
      this.tell({ id: typeof id === 'number' ? id : null, exchange });
    };
  }
}

/** Facts about the earlier APDUs of one connection. They decide whether the next APDU is free of secrets, and what its name is. */
interface Seen {
  readonly privacy: ApduPrivacy;
  readonly names: InstructionNames;
}

type CommandSide = Pick<ApduExchange, 'cla' | 'ins' | 'p1' | 'p2' | 'data' | 'dataLength' | 'le'>;
type Tell = Exclude<ReturnType<ApduWatch>, undefined>;
type AnswerSide = Pick<ApduExchange, 'response' | 'responseLength' | 'statusWord' | 'meaning'>;

const described = ({ data, le, ...header }: CommandApdu, isHarmless: boolean): CommandSide => ({
  ...header,
  data: shown(data, isHarmless),
  dataLength: data?.length ?? 0,
  le: le ?? null,
});

function answered(outcome: Parameters<Tell>[0], isHarmless: boolean): AnswerSide {
  if (!(outcome instanceof Uint8Array)) return { ...NO_ANSWER, meaning: reasonOf(outcome.failure) };
  if (outcome.length < STATUS_WORD_LENGTH) return { ...NO_ANSWER, meaning: 'an answer without a status word' };
  const { data, statusWord } = decodeResponse(outcome);
  const response = shown(data, isHarmless);
  return { response, responseLength: data.length, statusWord, meaning: statusWordInWords(statusWord) };
}

const NO_ANSWER = { response: '', responseLength: 0, statusWord: null } as const;

/** Returns the code of a `CardwrightError`, or the name of any other error, because the message of another error could contain a secret. */
function reasonOf(failure: unknown): string {
  if (isCardwrightError(failure)) return failure.code;
  return failure instanceof Error ? failure.name : 'unknown';
}

/** Returns the first `MAX_BYTES` bytes in hexadecimal, or null if the bytes may contain a secret. An empty value contains no secret. */
const shown = (bytes: Uint8Array = new Uint8Array(), isHarmless: boolean): string | null =>
  isHarmless || bytes.length === 0 ? Buffer.from(bytes.subarray(0, MAX_BYTES)).toString('hex') : null;
