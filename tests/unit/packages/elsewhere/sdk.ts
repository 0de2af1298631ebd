import assert from 'node:assert/strict';
import { connect, isCardwrightError, type Client, type DeviceInfo, type OperationAnswer } from '@cardwright/sdk';
import { CmsClient, runOperation } from '@cardwright/sdk';
import type { AddDevice } from '@cardwright/sdk/elements/add-device';

export async function list(client: Client): Promise<readonly DeviceInfo[]> {
  // @ts-expect-error it comes in steps alone
  await client.call('key.generate', {}).catch(() => undefined);
  return (await client.call('device.list', {})).devices;
}

export const issue = (client: Client, device: DeviceInfo): Promise<OperationAnswer> =>
  runOperation({ client, cms: new CmsClient('/api'), device, kind: 'issue' });

export function open(): void {
  const wizard: AddDevice | null = document.querySelector('cardwright-add-device');
  void wizard?.open({ prefer: undefined });
}

const window = { location: { origin: 'https://cms.example.com' }, postMessage: () => undefined };
const error: unknown = await connect({ window, signal: AbortSignal.abort() }).catch((one: unknown) => one);
assert.ok(isCardwrightError(error, 'CANCELLED'));
console.log('sdk');
