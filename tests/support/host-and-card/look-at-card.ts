import type { DeviceInfo } from '@cardwright/protocol';
import type { ReaderBoard } from '../../simulation/support/reader-board.js';
import { HostWire } from './host-wire.js';

/** What a host of its own lists of the one card that is in a reader of the board. */
export async function lookAtCard(board: ReaderBoard): Promise<DeviceInfo> {
  const wire = await HostWire.start(board.process().binding, {
    onProgress: () => undefined,
    answer: () => Promise.reject(new Error('a listing asks nobody')),
  });
  await wire.initialize({ origin: 'https://cms.example.com', cms: null });
  const { devices } = await wire.call('device.list', {});
  await wire.close();
  const [device] = devices;
  if (!device) throw new Error('there is no card in the reader');
  return device;
}
