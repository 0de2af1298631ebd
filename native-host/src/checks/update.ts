import { PRODUCT_VERSION, isAtLeast } from '@cardwright/protocol/identity';
import { readHostPolicy } from '../system/host-policy.js';
import { defineCheck, failed, passed } from './check.js';

const ID = 'update';

/**
 * Checks that the host is as new as the policy of this computer requires. Returns no finding if the policy lacks the version or the address of
 * the download. Reads only the policy file, and never uses the network.
 */
export const update = defineCheck({
  id: ID,
  title: 'Update',
  summary: "The version that the computer's policy asks for.",
  audience: 'doctor',
  run({ system }) {
    const { minimumVersion, download } = readHostPolicy(system);
    if (minimumVersion === undefined || download === undefined) return [];
    if (isAtLeast(PRODUCT_VERSION, minimumVersion)) return [passed(ID, `policy asks for ${minimumVersion} or later`)];
    const detail = `version ${PRODUCT_VERSION} is installed, policy asks for ${minimumVersion} or later`;
    return [failed(ID, 'VERSION_MISMATCH', detail, `Get it at ${download}`)];
  },
});
