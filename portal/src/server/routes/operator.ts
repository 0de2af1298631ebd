import { listPolicies } from '@cardwright/cms/policies';
import type { FastifyInstance } from 'fastify';
import { describeForOperator } from '../devices/device-description.js';
import { emptyGroupsOf } from '../accounts/roles.js';
import { listDiffering } from '../devices/differing-devices.js';
import { withDependence } from '../devices/operators-independence.js';
import { reachOf, type Reach } from '../rights.js';
import type { PortalServices } from '../services.js';
import type { Database } from '../store/database.js';
import { ownerNameOf, readDevicePage } from '../store/device-list.js';
import { serve } from './serve.js';
import { OPERATOR_ROUTES } from './table/operator.js';

const DEVICES_PAGE = 50;

/** Serves everybody's devices (`OPERATOR_ROUTES`). */
export function operatorRoutes(app: FastifyInstance, services: PortalServices): void {
  const { cms, database, store } = services;

  serve(app, services, OPERATOR_ROUTES, {
    'GET /api/operator/devices': async ({ query }, { session }) => {
      const judging = await withDependence(services, session);
      const { waiting, after, work, left, ...given } = query;
      const isWaiting = waiting && { waiting: { is: waiting === 'yes', operatorId: session.user.id } };
      const reached = reachOf(session.reaches, 'see-devices');
      const { records, ...page } = await readDevicePage(
        database.db,
        reached,
        { ...given, ...isWaiting, ...(work && { work: true }), ...(left && { left: true }) },
        DEVICES_PAGE,
        after,
      );
      const reach = await describeReach(database.db, reached, records.length > 0);
      return { devices: records.map((one) => describeForOperator(one, judging)), ...page, reach };
    },

    'GET /api/operator/models': async () => {
      const policies = await listPolicies(store);
      return { models: policies.map(({ model, policy: { modelName } }) => ({ model, modelName })) };
    },

    'GET /api/operator/differences': ({ query: { after } }, { session }) =>
      withDependence(services, session).then((judging) => listDiffering(database.db, judging, after)),

    'POST /api/operator/devices/{id}/{action}': async ({ parameters: { id, action }, body }, { session }) => {
      const { user, dependsOn } = await withDependence(services, session);
      return { state: await cms.perform({ ...user, dependsOn }, action, id, body) };
    },

    'POST /api/operator/devices/{id}/work/{work}/take-back': ({ parameters: { id, work } }, { session: { user } }) =>
      cms.takeBackWork(user, id, work),

    'POST /api/operator/devices/{id}/unlock-code': async ({ parameters: { id }, body }, { session }) => {
      const { user, dependsOn } = await withDependence(services, session);
      return cms.issueUnlockCode({ ...user, dependsOn }, id, body);
    },

    'POST /api/operator/devices/{id}/initial-pin': async ({ parameters: { id }, body }, { session: { user } }) => {
      const { display, key } = body;
      const ownerName = (await ownerNameOf(database.db, id)) ?? '';
      return { jws: await cms.signInitialPin(user, { id, ownerName }, { display, key }) };
    },
  });
}

/** Says whose devices someone sees. @param seesAny set if a device is seen, whose owner is then in one of the groups */
async function describeReach(db: Database, reach: Reach, seesAny: boolean): Promise<'everybody' | 'groups' | 'nobody'> {
  if (reach === null) return 'everybody';
  return seesAny || (await emptyGroupsOf(db, reach)).length < reach.length ? 'groups' : 'nobody';
}
