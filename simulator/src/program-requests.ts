import type { Readable } from 'node:stream';
import { request, type RequestId } from '@cardwright/protocol/messages';
import * as v from 'valibot';
import { type Outcome, OrderError } from './order.js';
import { orderNamed } from './orders/index.js';
import type { Simulator } from './simulator.js';

/** Error codes of JSON-RPC 2.0, 5.1. `notDone`, for an order that could not be carried out, is from the range of server errors. */
export const REQUEST_ERROR = {
  noJson: -32_700,
  noRequest: -32_600,
  noSuchOrder: -32_601,
  wrongParameters: -32_602,
  notDone: -32_000,
} as const;

/** Longest line that a program may send, in UTF-16 code units. */
export const LONGEST_LINE = 65_536;

/** Splits an input into its lines. Null stands for a line that is too long, whose text is discarded. */
export async function* linesOf(input: Readable): AsyncGenerator<string | null> {
  let line = '';
  for await (const chunk of input.setEncoding('utf8')) {
    const [first = '', ...others] = String(chunk).split('\n');
    if (line.length <= LONGEST_LINE) line += first;
    for (const next of others) {
      yield line.length > LONGEST_LINE ? null : line;
      line = next;
    }
  }
  if (line !== '') yield line.length > LONGEST_LINE ? null : line;
}

/**
 * Answers one line of a program: a JSON-RPC 2.0 request whose method is an order. The answer is one line. An error never repeats a text of the
 * request that may be a PIN, because a program may have put a PIN into the wrong parameter or order.
 */
export async function answerProgram(simulator: Simulator, line: string | null): Promise<string> {
  if (line === null)
    return failure(null, REQUEST_ERROR.noRequest, `this line has more than ${LONGEST_LINE} characters`);
  const given = jsonIn(line);
  if (given === undefined) return failure(null, REQUEST_ERROR.noJson, 'this line is not JSON');
  const parsed = v.safeParse(request, given);
  if (!parsed.success) return failure(null, REQUEST_ERROR.noRequest, 'this is not a JSON-RPC 2.0 request with an id');
  const { id, method, params = {} } = parsed.output;
  try {
    const outcome = await simulator.inTurn(async (): Promise<Outcome> =>
      orderNamed(method).carryOut(simulator, params),
    );
    return JSON.stringify({ jsonrpc: '2.0', id, result: outcome });
  } catch (error) {
    return failure(id, codeOf(error), withoutTexts(params, error instanceof Error ? error.message : 'unknown'));
  }
}

/** Length of the shortest PIN, in characters. */
const SHORTEST_PIN = 4;

/** Removes from an error message every text of the request that may be a PIN. Chromium quotes a selector or an address that it cannot use. */
function withoutTexts(params: object, message: string): string {
  const texts = Object.values(params as Record<string, unknown>).filter(
    (value) => typeof value === 'string' && value.length >= SHORTEST_PIN,
  );
  return texts.reduce<string>((left, text) => left.replaceAll(text as string, '…'), message);
}

function codeOf(error: unknown): number {
  if (!(error instanceof OrderError)) return REQUEST_ERROR.notDone;
  return error.problem === 'order' ? REQUEST_ERROR.noSuchOrder : REQUEST_ERROR.wrongParameters;
}

const failure = (id: RequestId | null, code: number, message: string): string =>
  JSON.stringify({ jsonrpc: '2.0', id, error: { code, message } });

/** Parses a line. Returns undefined if the line is not JSON, because the parser's own error would quote the line. */
function jsonIn(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
