import { spawn } from 'node:child_process';
import { connect } from 'node:net';

/**
 * Runs in Windows, by its node.exe: starts a program with pipes for its standard streams, as a browser does, and carries the bytes of a
 * loopback socket to and fro. Under wine no pipe of Linux can be one of node.exe's streams, but this works.
 *
 * `node bridge.mjs PORT PROGRAM [ARGUMENT]...`; it ends with the exit code of the program.
 */
const [port, program, ...args] = process.argv.slice(2);
const socket = connect({ port: Number(port), host: '127.0.0.1', allowHalfOpen: true });
const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'inherit'] });
socket.pipe(child.stdin);
child.stdout.pipe(socket);
child.stdin.on('error', () => undefined);
socket.on('error', () => child.kill());
child.on('close', (code) => {
  process.exitCode = code ?? 1;
  socket.destroySoon();
});
