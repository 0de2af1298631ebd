import * as v from 'valibot';

/** Devices of a page. */
const PAGE = 50;
const listed = v.object({
  id: v.string(),
  model: v.string(),
  state: v.string(),
  serial: v.nullable(v.string()),
  owner: v.object({ displayName: v.string(), left: v.nullable(v.unknown()) }),
  actions: v.array(v.object({ name: v.string() })),
});

/** Builds a page of an operator's list as the portal's server does. */
export function pageOf(
  all: readonly object[],
  query: URLSearchParams,
  reach: 'everybody' | 'groups' | 'nobody' = 'everybody',
): object {
  const waits = ({ actions }: v.InferOutput<typeof listed>): boolean =>
    actions.some(({ name }) => name === 'approve' || name === 'approve-puk');
  const found = all.filter((one) => {
    const device = v.parse(listed, one);
    const { model, state, serial, owner } = device;
    return (
      (query.get('waiting') === 'yes') === waits(device) &&
      (query.get('left') === null || owner.left !== null) &&
      (query.get('model') ?? model) === model &&
      (query.get('state') ?? state) === state &&
      (serial ?? '').startsWith(query.get('serial') ?? '') &&
      owner.displayName.toLowerCase().startsWith((query.get('owner') ?? '').toLowerCase())
    );
  });
  const last = found.findIndex((one) => v.parse(listed, one).id === query.get('after'));
  const devices = found.slice(last + 1, last + 1 + PAGE);
  const isLast = last + 1 + PAGE >= found.length;
  return {
    devices,
    next: isLast ? null : v.parse(listed, devices.at(-1)).id,
    hasMoreOwners: query.get('owner') === 'a',
    reach,
  };
}
