import type { Socket } from 'node:net';
import koffi from 'koffi';

/** Linux: IPPROTO_TCP and TCP_QUICKACK of tcp(7). */
const IPPROTO_TCP = 6;
const TCP_QUICKACK = 12;
const ENABLED = Int32Array.of(1);

/**
 * Makes the kernel acknowledge received data at once. Call it after every read and write, because the kernel returns to delayed
 * acknowledgement by itself (tcp(7)).
 *
 * vpcd sends the length and the body of a frame separately. With Nagle's algorithm on its side the body waits for our acknowledgement of
 * the length, and a delayed one costs 48 ms for every APDU. Node has no name for this option.
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
    // A failure only costs time: the other side may just have closed the socket.
    setsockopt(descriptor, IPPROTO_TCP, TCP_QUICKACK, ENABLED, ENABLED.byteLength);
  };
}

/** Node has no public name for a socket's descriptor; the handle has it while the socket is open. */
function descriptorOf(socket: Socket): number | undefined {
  const handle: unknown = Reflect.get(socket, '_handle');
  const descriptor: unknown = typeof handle === 'object' && handle !== null ? Reflect.get(handle, 'fd') : undefined;
  return typeof descriptor === 'number' && descriptor >= 0 ? descriptor : undefined;
}
