#!/usr/bin/env node
/*
 * The native host that the simulator registers. It starts the real host and passes all messages on. Before it passes a request of the browser, it
 * asks the simulator for a verdict. The simulator may refuse the request with an error, end the host, or affect the card first.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createConnection, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { encodeFrame, FrameReader } from '@cardwright/native-host';
import { validate } from '@cardwright/protocol';
import { HOST_VARIABLE, requestOfHost, SOCKET_VARIABLE, verdict, type Verdict } from './interposition.js';

/** Longest frame of the browser, in bytes. */
const LONGEST_FRAME = 64 * 1024 * 1024;

const simulator = createConnection(process.env[SOCKET_VARIABLE] ?? '');
const verdicts = verdictsFrom(simulator);
const host = spawn(process.execPath, [process.env[HOST_VARIABLE] ?? '', ...process.argv.slice(2)], {
  stdio: ['pipe', 'inherit', 'inherit'],
});
host.on('exit', (code) => process.exit(code ?? 1));
// Errors of these streams are ignored, because the simulator, the host and the browser can end in any order. The end of the host ends this process.
for (const stream of [simulator, host.stdin, process.stdout]) stream.on('error', () => undefined);

const frames = new FrameReader(LONGEST_FRAME);
for await (const chunk of process.stdin) {
  if (!Buffer.isBuffer(chunk)) throw new TypeError('expected bytes');
  for (const frame of frames.push(chunk)) if ('body' in frame) await pass(frame.body);
}
host.stdin.end();
simulator.end();

async function pass(body: Buffer): Promise<void> {
  const parsed: unknown = JSON.parse(body.toString());
  const request = requestOfHost(parsed);
  const answer = request === null ? { act: 'pass' as const } : await ask(request.method);
  switch (answer.act) {
    case 'pass':
      if (!host.stdin.write(encodeFrame(parsed))) await once(host.stdin, 'drain');
      return;
    case 'refuse':
      process.stdout.write(encodeFrame({ jsonrpc: '2.0', id: request?.id, error: answer.error }));
      return;
    case 'crash':
      host.kill('SIGKILL');
      process.exit(1);
  }
}

async function ask(method: string): Promise<Verdict> {
  simulator.write(`${JSON.stringify({ method })}\n`);
  // After the end of the simulator, all requests pass.
  const { value } = await verdicts.next().catch(() => ({ value: undefined }));
  return value ?? { act: 'pass' };
}

async function* verdictsFrom(socket: Socket): AsyncGenerator<Verdict, undefined> {
  for await (const line of createInterface({ input: socket })) yield validate(verdict, JSON.parse(line));
  return undefined;
}
