import { findManifests } from '../browsers/manifests.js';
import { findForbiddenInterpreter, findHostPolicies } from '../browsers/policies.js';
import { defineCheck, failed, passed } from './check.js';

const ID = 'policy';

/** Checks for administrators' policies that keep browsers from starting the host. */
export const browserPolicies = defineCheck({
  id: ID,
  title: 'Policies',
  summary: "Administrators' policies that keep browsers from the host.",
  audience: 'doctor',
  async run({ system }) {
    const forbidden = await findForbiddenInterpreter(system);
    if (forbidden !== null) {
      const detail = `${forbidden}: DisableCMD = 1; Chrome and Edge start hosts through cmd.exe`;
      return [failed(ID, 'HOST_INTERPRETER_FORBIDDEN', detail)];
    }
    const policies = await findHostPolicies(system);
    if (policies.length === 0) return [passed(ID, 'no policy restricts native hosts')];
    const found = await findManifests(system);
    return policies.map(({ browser, userLevelHosts, isBlocked, sources }) => {
      const name = `${browser}: ${sources.join(', ')}`;
      if (isBlocked) return failed(ID, 'HOST_FORBIDDEN', `${name} blocks the host (NativeMessagingBlocklist)`);
      const own = found.filter(({ browsers }) => browsers.includes(browser));
      if (!userLevelHosts && !own.some(({ scope }) => scope === 'computer')) {
        return failed(ID, 'USER_HOST_FORBIDDEN', `${name} forbids hosts of a user (NativeMessagingUserLevelHosts)`);
      }
      return passed(ID, `${name} lets the host be started`);
    });
  },
});
