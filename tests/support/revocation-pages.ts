/** Collects the items of all pages. */
export async function collectPages<T>(pages: AsyncIterable<readonly T[]>): Promise<T[]> {
  const items: T[] = [];
  for await (const page of pages) items.push(...page);
  return items;
}

/** Yields an empty page, then each item in its own page. */
export async function* inPages<T>(items: readonly T[]): AsyncGenerator<readonly T[]> {
  yield await Promise.resolve([]);
  for (const item of items) yield [item];
}
