import { findManifests } from '../browsers/manifests.js';
import { findForbiddenInterpreter, findHostPolicies } from '../browsers/policies.js';
import type { System } from '../system/system.js';
import { defineCheck, failed, type Finding, passed } from './check.js';

const ID = 'policy';

/** Checks for administrators' policies that keep browsers from starting the host. */
export const browserPolicies = defineCheck({
  id: ID,
  title: 'Policies',
  summary: "Administrators' policies that keep browsers from the host.",
  audience: 'doctor',
  async run({ system }) {
    const interpreter = await interpreterFinding(system);
    if (interpreter?.check.outcome === 'failed') return [interpreter];
    const before = interpreter === null ? [] : [interpreter];
    const policies = await findHostPolicies(system);
    if (policies.length === 0) return [...before, passed(ID, 'no policy restricts native hosts')];
    const found = await findManifests(system);
    const findings = policies.map(({ browser, userLevelHosts, isBlocked, sources }) => {
      const name = `${browser}: ${sources.join(', ')}`;
      if (isBlocked) return failed(ID, 'HOST_FORBIDDEN', `${name} blocks the host (NativeMessagingBlocklist)`);
      const own = found.filter(({ browsers }) => browsers.includes(browser));
      if (!userLevelHosts && !own.some(({ scope }) => scope === 'computer')) {
        return failed(ID, 'USER_HOST_FORBIDDEN', `${name} forbids hosts of a user (NativeMessagingUserLevelHosts)`);
      }
      return passed(ID, `${name} lets the host be started`);
    });
    return [...before, ...findings];
  },
});

/** Reports a forbidden command interpreter. This is a failure only if no browser is known to start hosts without the interpreter. */
async function interpreterFinding(system: System): Promise<Finding | null> {
  const forbidden = await findForbiddenInterpreter(system);
  if (forbidden === null) return null;
  const { key, direct, hindered } = forbidden;
  const cause = `${key}: DisableCMD = 1`;
  if (direct.length === 0) {
    return failed(ID, 'HOST_INTERPRETER_FORBIDDEN', `${cause}; Chrome and Edge start hosts through cmd.exe`);
  }
  const others = hindered.length === 0 ? '' : `; through cmd.exe, and so not: ${hindered.join(', ')}`;
  return passed(ID, `${cause}; hosts are started directly by ${direct.join(', ')}${others}`);
}
