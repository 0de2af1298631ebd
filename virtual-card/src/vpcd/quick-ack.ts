import type { Socket } from 'node:net';
import koffi from 'koffi';

/** The values of IPPROTO_TCP and TCP_QUICKACK on Linux (tcp(7)). */
const IPPROTO_TCP = 6;
const TCP_QUICKACK = 12;
const ENABLED = Int32Array.of(1);

/**
 * Makes the kernel acknowledge received data at once. Does nothing on systems other than Linux. Call this after every read and write, because the
 * kernel returns to delayed acknowledgement by itself (tcp(7)).
 *
 * vpcd sends the length and the body of a frame separately. vpcd uses Nagle's algorithm, so the body is not sent before this process has acknowledged
 * the length. A delayed acknowledgement costs 48 ms for every APDU. Node cannot set TCP_QUICKACK, so this function calls setsockopt(2) itself.
 */
export function acknowledgeAtOnce(socket: Socket): void {
  const descriptor = descriptorOf(socket);
  if (descriptor !== undefined) setSocketOption(descriptor);
}

type SetSocketOption = (descriptor: number) => void;

const setSocketOption: SetSocketOption = process.platform === 'linux' ? bindLinux() : () => undefined;

function bindLinux(): SetSocketOption {
  const setsockopt = koffi
    .load(null)
    .func('int setsockopt(int fd, int level, int name, const void *value, uint32_t size)');
  return (descriptor) => {
    // The result is ignored, because a failure costs only time. The call fails, for example, if the other side has just closed the socket.
    setsockopt(descriptor, IPPROTO_TCP, TCP_QUICKACK, ENABLED, ENABLED.byteLength);
  };
}

/**
 * Returns a socket's descriptor. Returns undefined if the socket is closed. Node has no public name for the descriptor, so this function reads it
 * from the socket's handle.
 */
function descriptorOf(socket: Socket): number | undefined {
  const handle: unknown = Reflect.get(socket, '_handle');
  const descriptor: unknown = typeof handle === 'object' && handle !== null ? Reflect.get(handle, 'fd') : undefined;
  return typeof descriptor === 'number' && descriptor >= 0 ? descriptor : undefined;
}
