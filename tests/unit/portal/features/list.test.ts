import { readdirSync } from 'node:fs';
import { expect, it } from '@jest/globals';
import { inRepository } from '@cardwright/stage';
import { FEATURES, METRICS, ROUTES } from '../../../../portal/src/features/list.js';
import { OWN_METRICS } from '../../../../portal/src/server/monitor/metrics.js';
import { OWN_ROUTES } from '../../../../portal/src/server/routes/table.js';

it('has each folder of a feature, by the name of the feature', () => {
  const folders = readdirSync(inRepository('portal', 'src', 'features'), { withFileTypes: true });
  const names = FEATURES.map(({ name }) => name);
  expect(folders.filter((one) => one.isDirectory()).map(({ name }) => name)).toEqual(names.toSorted());
});

it('has all routes and metrics of each feature, none of which the portal or another feature has', () => {
  const addresses = [OWN_ROUTES, ...FEATURES.map(({ routes }) => routes)].flatMap((one) => Object.keys(one));
  expect(Object.keys(ROUTES)).toEqual(addresses);
  const metrics = [OWN_METRICS, ...FEATURES.map((one) => one.metrics)].flatMap((one) => Object.keys(one));
  expect(Object.keys(METRICS)).toEqual(metrics);
});
