import { isCardwrightError } from '@cardwright/protocol';

/** An answer to a call of a page's API. */
export interface Answered {
  readonly status: number;
  /** As JSON. */
  readonly body: string;
}

/** Answers a call as the HTTP contract says: with its result, or with the `CardwrightError` that it throws. */
export async function answeredCall(call: () => object | Promise<object>): Promise<Answered> {
  try {
    return { status: 200, body: JSON.stringify(await call()) };
  } catch (error) {
    if (!isCardwrightError(error)) throw error;
    return { status: error.code === 'LOGIN_REQUIRED' ? 401 : 409, body: JSON.stringify({ error: error.toWire() }) };
  }
}
