import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';

/**
 * Runs in Linux: gives a Windows program the standard input and output of this process.
 *
 * `node relay.mjs NODE PROGRAM [ARGUMENT]...`, with the node.exe of Windows; it ends with the exit code of the program.
 */
const [node, ...program] = process.argv.slice(2);
const BRIDGE = fileURLToPath(new URL('bridge.mjs', import.meta.url));
const server = createServer({ allowHalfOpen: true }, (socket) => {
  server.close();
  process.stdin.pipe(socket);
  socket.pipe(process.stdout);
  socket.on('error', () => undefined);
});
server.listen(0, '127.0.0.1');
await once(server, 'listening');
const wine = spawn('wine', [node, `Z:${BRIDGE}`, String(server.address().port), ...program], {
  stdio: 'ignore',
});
const [code] = await once(wine, 'exit');
process.exit(code ?? 1);
