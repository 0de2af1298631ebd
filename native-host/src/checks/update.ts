import { PRODUCT_VERSION, isAtLeast } from '@cardwright/protocol/identity';
import {
  hostPolicyFile,
  readHostPolicy,
  unreadableInHostPolicy,
  type HostComputerPolicy,
} from '../system/host-policy.js';
import { defineCheck, failed, passed, type Finding } from './check.js';

const ID = 'update';

/**
 * Checks that the host is as new as the policy of this computer requires. Reports what the host ignores in the policy because it cannot be
 * read. Returns no finding if the policy lacks the version or the address of the download. Reads only the policy file, and never uses the network.
 */
export const update = defineCheck({
  id: ID,
  title: 'Update',
  summary: "The version that the computer's policy asks for, and what cannot be read of that policy.",
  audience: 'doctor',
  run({ system }) {
    const unreadable = unreadableInHostPolicy(system).map(({ name, allowed }) => {
      const place = [hostPolicyFile(system), ...(name === '' ? [] : [name])].join(': ');
      return failed(ID, 'POLICY_UNREADABLE', place, `Allowed is ${allowed}.`);
    });
    return [...unreadable, ...compareVersions(readHostPolicy(system))];
  },
});

/** Compares the host with the version that the policy asks for. Returns no finding if the policy lacks the version or the address. */
function compareVersions({ minimumVersion, download }: HostComputerPolicy): Finding[] {
  if (minimumVersion === undefined || download === undefined) return [];
  if (isAtLeast(PRODUCT_VERSION, minimumVersion)) return [passed(ID, `policy asks for ${minimumVersion} or later`)];
  const detail = `version ${PRODUCT_VERSION} is installed, policy asks for ${minimumVersion} or later`;
  return [failed(ID, 'VERSION_MISMATCH', detail, `Get it at ${download}`)];
}
