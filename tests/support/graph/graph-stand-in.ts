import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { stopServer } from '../loopback-server.js';
import { EntraTenant, type EntraUser } from './entra-tenant.js';
import { GraphError } from './graph-error.js';
import { TokenEndpoint, type ApplicationCredentials } from './token-endpoint.js';

/** The purpose of a request. */
export type GraphCall =
  | 'discovery'
  | 'token'
  | 'options'
  | 'create'
  | 'list'
  | 'delete'
  | 'policy'
  | 'groups'
  | 'unknown';

/**
 * A failure of a call: a status before any work is done (429 and 503 with a `Retry-After`), a late answer (milliseconds), no answer, an
 * answer that is lost after the work was done, or an answer that is not JSON.
 */
export interface GraphFault {
  readonly call: GraphCall;
  readonly how:
    | { readonly status: number; readonly retryAfter?: string }
    | { readonly delay: number }
    | 'hang'
    | 'lost answer'
    | 'no json';
  /** The number of failing calls; default one. */
  readonly times?: number;
}

/** A received request, without body and credentials. */
export interface SeenCall {
  readonly call: GraphCall;
  readonly method: string;
  readonly path: string;
  readonly status: number | null;
}

export interface GraphStandInOptions {
  readonly users: readonly EntraUser[];
  /** PEM certificates of the manufacturers that the tenant trusts. */
  readonly roots?: readonly string[];
  readonly credentials?: ApplicationCredentials;
  /** 0 lets the system choose. */
  readonly port?: number;
}

const LOOPBACK = '127.0.0.1';
const BODY_LIMIT = 128 * 1024;
export const STAND_IN_SECRET = 'stand-in secret';

/** Microsoft Graph and Entra ID's token endpoint as one server on loopback, built from their documentation. */
export class GraphStandIn {
  readonly tenantId = randomUUID();
  readonly clientId = randomUUID();
  readonly tenant: EntraTenant;
  readonly tokens: TokenEndpoint;
  readonly seen: SeenCall[] = [];
  readonly #server: Server;
  #faults: (GraphFault & { left: number })[] = [];

  private constructor({ users, roots = [], credentials = { secret: STAND_IN_SECRET } }: GraphStandInOptions) {
    this.tenant = new EntraTenant(users, roots);
    this.tokens = new TokenEndpoint(this.tenantId, this.clientId, credentials, () => this.address);
    this.#server = createServer((request, response) => {
      this.#handle(request, response).catch(() => response.destroy());
    });
  }

  static async start(options: GraphStandInOptions): Promise<GraphStandIn> {
    const standIn = new GraphStandIn(options);
    standIn.#server.listen(options.port ?? 0, LOOPBACK);
    await once(standIn.#server, 'listening');
    return standIn;
  }

  get address(): string {
    const address = this.#server.address();
    if (address === null || typeof address === 'string') throw new Error('the stand-in does not listen');
    return `http://${LOOPBACK}:${address.port}`;
  }

  /** Builds an entry of `CARDWRIGHT_PASSKEY_SERVICES`, with its secret in an environment variable. */
  settings(secretVariable: string, name = 'entra') {
    return {
      kind: 'entra',
      name,
      tenant: this.tenantId,
      clientId: this.clientId,
      credential: { secret: { environment: secretVariable } },
      authority: this.address,
      graph: this.address,
    };
  }

  /** Makes the next calls of a kind fail. */
  fail(fault: GraphFault): void {
    this.#faults.push({ ...fault, left: fault.times ?? 1 });
  }

  /** Drops the remaining faults. */
  recover(): void {
    this.#faults = [];
  }

  /** Counts the calls of a kind so far. */
  count = (call: GraphCall): number => this.seen.filter((one) => one.call === call).length;

  async close(): Promise<void> {
    await stopServer(this.#server);
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', this.address);
    const { method = 'GET' } = request;
    const path = url.pathname.split('/').slice(1).map(decodeURIComponent);
    const call = this.#callOf(method, path);
    const body = await readBody(request);
    const fault = this.#takeFault(call);
    const note = (status: number | null): void => {
      this.seen.push({ call, method, path: url.pathname, status });
    };
    if (fault === 'hang') {
      note(null);
      return;
    }
    if (typeof fault === 'object' && 'delay' in fault) await sleep(fault.delay);
    else if (typeof fault === 'object') {
      note(fault.status);
      if (fault.retryAfter !== undefined) response.setHeader('retry-after', fault.retryAfter);
      answer(response, fault.status, graphErrorBody(String(fault.status), 'refused by the stand-in'));
      return;
    }
    const result = await this.#answer(call, request, url, path, body);
    note(fault === 'lost answer' ? null : result.status);
    if (fault === 'lost answer') response.destroy();
    else if (fault === 'no json') response.writeHead(result.status, { 'content-type': 'text/html' }).end('<html>');
    else answer(response, result.status, result.body);
  }

  #callOf(method: string, path: readonly string[]): GraphCall {
    const joined = path.join('/');
    if (joined === `${this.tenantId}/v2.0/.well-known/openid-configuration`) return 'discovery';
    if (`/${joined}` === this.tokens.path) return 'token';
    const [version, first, , ...rest] = path;
    if (version !== 'v1.0') return 'unknown';
    if (first === 'policies')
      return joined === 'v1.0/policies/authenticationMethodsPolicy/authenticationMethodConfigurations/fido2'
        ? 'policy'
        : 'unknown';
    if (first !== 'users') return 'unknown';
    const below = rest.join('/');
    if (below === 'checkMemberGroups') return 'groups';
    if (below === 'authentication/fido2Methods/creationOptions') return 'options';
    if (below === 'authentication/fido2Methods') return method === 'POST' ? 'create' : 'list';
    return /^authentication\/fido2Methods\/[\w-]+$/.test(below) && method === 'DELETE' ? 'delete' : 'unknown';
  }

  #takeFault(call: GraphCall): GraphFault['how'] | undefined {
    const fault = this.#faults.find((one) => one.call === call && one.left > 0);
    if (fault) fault.left -= 1;
    return fault?.how;
  }

  async #answer(
    call: GraphCall,
    { method, headers }: IncomingMessage,
    url: URL,
    path: readonly string[],
    body: string,
  ): Promise<{ readonly status: number; readonly body: object | null }> {
    if (call === 'discovery') return { status: 200, body: this.tokens.discovery() };
    if (call === 'token') return this.tokens.grant(new URLSearchParams(body));
    try {
      if (!this.tokens.isBearer(headers.authorization))
        throw new GraphError(401, 'InvalidAuthenticationToken', 'The token is missing, unknown or has expired.');
      if (url.search !== '' || METHODS[call] !== method)
        throw new GraphError(405, 'methodNotAllowed', 'The method is not allowed.');
      return { status: STATUS[call] ?? 200, body: await this.#work(call, path, body, headers['content-type']) };
    } catch (error) {
      if (!(error instanceof GraphError)) throw error;
      return { status: error.status, body: graphErrorBody(error.code, error.message) };
    }
  }

  async #work(call: GraphCall, path: readonly string[], body: string, type = ''): Promise<object | null> {
    const upn = path[2] ?? '';
    const json = (): unknown => {
      if (!type.startsWith('application/json')) throw new GraphError(415, 'unsupportedMediaType', 'Expected JSON.');
      return JSON.parse(body);
    };
    switch (call) {
      case 'options':
        return this.tenant.creationOptions(upn);
      case 'create':
        return this.tenant.create(upn, json());
      case 'list':
        return this.tenant.list(upn);
      case 'delete':
        this.tenant.delete(upn, path.at(-1) ?? '');
        return null;
      case 'policy':
        return this.tenant.policy();
      case 'groups':
        return this.tenant.checkMemberGroups(upn, json());
      default:
        throw new GraphError(404, 'resourceNotFound', 'No such resource.');
    }
  }
}

const METHODS: Partial<Record<GraphCall, string>> = {
  options: 'GET',
  create: 'POST',
  list: 'GET',
  delete: 'DELETE',
  policy: 'GET',
  groups: 'POST',
};
const STATUS: Partial<Record<GraphCall, number>> = { create: 201, delete: 204 };

const graphErrorBody = (code: string, message: string) => ({
  error: { code, message, innerError: { date: new Date().toISOString(), 'request-id': randomUUID() } },
});

function answer(response: ServerResponse, status: number, body: object | null): void {
  response.statusCode = status;
  response.setHeader('request-id', randomUUID());
  if (body === null) response.end();
  else response.setHeader('content-type', 'application/json').end(JSON.stringify(body));
}

async function readBody(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  let length = 0;
  for await (const part of request) {
    const bytes = Buffer.from(part as Uint8Array);
    length += bytes.length;
    if (length > BODY_LIMIT) throw new Error('the request is too long');
    parts.push(bytes);
  }
  return Buffer.concat(parts).toString('utf8');
}
