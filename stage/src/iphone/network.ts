import { PATIENCE_MS } from '../patience.js';

/** Sends a request of the phone, directly (`internet`) or through a man in the middle. Follows no redirects. */
export type Network = (url: URL, request: PhoneRequest) => Promise<Response>;

export interface PhoneRequest {
  readonly method: 'GET' | 'POST';
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Uint8Array<ArrayBuffer>;
}

export const internet: Network = (url, request) =>
  fetch(url, { ...request, redirect: 'manual', signal: AbortSignal.timeout(PATIENCE_MS) });

/** The media type of a profile. */
export const PROFILE_TYPE = 'application/x-apple-aspen-config';

export const isProfile = (response: Response): boolean =>
  response.status === 200 && response.headers.get('content-type')?.split(';')[0]?.trim() === PROFILE_TYPE;

export const bytesOf = async (response: Response): Promise<Buffer> => Buffer.from(await response.arrayBuffer());
