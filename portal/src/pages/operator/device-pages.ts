import { readDevicePage, type DevicePage, type DeviceQuery } from '../api.js';

/** The first pages of a list of devices, as one. */
export interface DevicePages extends DevicePage {
  readonly query: DeviceQuery;
}

/**
 * Reads a list from its beginning.
 *
 * @param count how many devices are read at least, if there are as many, so that a list that is read again is no shorter than before
 */
export async function readPages(query: DeviceQuery, count = 0): Promise<DevicePages> {
  let pages: DevicePages = { ...(await readDevicePage(query)), query };
  while (pages.next !== null && pages.devices.length < count) pages = await readFurther(pages);
  return pages;
}

/** Reads the page after those that are there already. */
export async function readFurther({ query, devices, next }: DevicePages): Promise<DevicePages> {
  const page = await readDevicePage({ ...query, ...(next === null ? {} : { after: next }) });
  return { ...page, query, devices: [...devices, ...page.devices] };
}
