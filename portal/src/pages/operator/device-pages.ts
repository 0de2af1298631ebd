import { call, type DevicePage, type DeviceQuery } from '../api.js';

/** The pages of a list of devices that were read so far, joined into a single page. */
export interface DevicePages extends DevicePage {
  readonly query: DeviceQuery;
}

/**
 * Reads a list from its beginning.
 *
 * @param count minimum number of devices to read, if the list has that many; keeps a list that is read again from becoming shorter
 */
export async function readPages(query: DeviceQuery, count = 0): Promise<DevicePages> {
  let pages: DevicePages = { ...(await call('GET /api/operator/devices', { query })), query };
  while (pages.next !== null && pages.devices.length < count) pages = await readFurther(pages);
  return pages;
}

/** Reads the next page, and adds its devices to the devices read before. */
export async function readFurther({ query, devices, next }: DevicePages): Promise<DevicePages> {
  const further = { ...query, ...(next === null ? {} : { after: next }) };
  const page = await call('GET /api/operator/devices', { query: further });
  return { ...page, query, devices: [...devices, ...page.devices] };
}
