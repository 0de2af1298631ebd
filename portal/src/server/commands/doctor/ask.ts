import http from 'node:http';
import https from 'node:https';

/** Maximum number of milliseconds for a request. */
const TIMEOUT = 10_000;
/** Maximum number of bytes in the body of an answer. */
const LONGEST_BODY = 64 * 1024;

export interface Reply {
  readonly status: number;
  /** The media type without parameters; empty if the answer states no media type. */
  readonly contentType: string;
  /** The Location header, which is the target of a redirect; null if the answer has no such header. */
  readonly location: string | null;
  readonly body: string;
}

/**
 * Sends a GET request to an address, without checking the server's certificate. The doctor judges the certificate separately, and nothing secret
 * is sent. A redirect is not followed.
 *
 * @throws Error as `node:http` reports it, or if the answer takes longer than `TIMEOUT` or its body is longer than `LONGEST_BODY`
 */
export function ask(address: URL): Promise<Reply> {
  // The request has a connection of its own, so that no connection stays open.
  const options = {
    headers: { 'user-agent': 'cardwright-doctor' },
    signal: AbortSignal.timeout(TIMEOUT),
    agent: false,
  } as const;
  return new Promise((resolve, reject) => {
    const read = (answer: http.IncomingMessage): void => {
      const chunks: Buffer[] = [];
      let length = 0;
      answer.on('data', (chunk: Buffer) => {
        chunks.push(chunk);
        length += chunk.length;
        if (length > LONGEST_BODY) answer.destroy(new Error('the answer is too long'));
      });
      answer.once('error', reject);
      answer.once('end', () => resolve(replyOf(answer, Buffer.concat(chunks).toString('utf8'))));
    };
    const request =
      address.protocol === 'https:'
        ? https.get(
            address,
            { ...options, rejectUnauthorized: false, minVersion: 'TLSv1', ciphers: 'DEFAULT:@SECLEVEL=0' },
            read,
          )
        : http.get(address, options, read);
    request.once('error', reject);
  });
}

function replyOf({ statusCode = 0, headers }: http.IncomingMessage, body: string): Reply {
  const [contentType = ''] = (headers['content-type'] ?? '').split(';');
  return {
    status: statusCode,
    contentType: contentType.trim().toLowerCase(),
    location: headers.location ?? null,
    body,
  };
}
