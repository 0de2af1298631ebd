import { ACCOUNT_ROUTES, PERSON_SESSION_ROUTES } from './table/account.js';
import { LOCAL_ACCOUNT_ROUTES } from './table/accounts.js';
import { AUDIT_ROUTES } from './table/audit.js';
import { CARD_STEP_ROUTES } from './table/card-step.js';
import { DEVICE_PAGE_ROUTES } from './table/device-page.js';
import { DEVICE_ROUTES } from './table/devices.js';
import { MOBILE_ROUTES } from './table/mobile.js';
import { OPERATION_ROUTES } from './table/operations.js';
import { OPERATOR_ROUTES } from './table/operator.js';
import { PERSON_ROUTES } from './table/people.js';
import { PASSWORD_LINK_ROUTES } from './table/password-link.js';
import { PASSKEY_LOGIN_ROUTES } from './table/passkey-login.js';
import { ICON_ROUTES, LINK_ROUTES, PROFILE_ROUTES, SCEP_ROUTES } from './table/phones.js';
import { POLICY_ROUTES } from './table/policies.js';
import { LOGOUT_ROUTES, PROVIDER_ROUTES } from './table/providers.js';
import {
  AUTHORITY_ROUTES,
  FILE_ROUTES,
  HELP_ROUTES,
  PAGE_ROUTES,
  SECURITY_ROUTES,
  START_ROUTES,
} from './table/public.js';
import { ROLE_ROUTES } from './table/roles.js';
import { SESSION_ROUTES } from './table/session.js';
import { PERSON_PASSKEY_ROUTES, SIGN_IN_PASSKEY_ROUTES } from './table/sign-in-passkeys.js';
import { VENDOR_CERTIFICATE_ROUTES } from './table/vendor-certificates.js';

/** The routes of the portal that are in no feature. */
export const OWN_ROUTES = {
  ...SESSION_ROUTES,
  ...PASSKEY_LOGIN_ROUTES,
  ...SIGN_IN_PASSKEY_ROUTES,
  ...CARD_STEP_ROUTES,
  ...ACCOUNT_ROUTES,
  ...PASSWORD_LINK_ROUTES,
  ...PROVIDER_ROUTES,
  ...LOGOUT_ROUTES,
  ...DEVICE_ROUTES,
  ...OPERATION_ROUTES,
  ...MOBILE_ROUTES,
  ...OPERATOR_ROUTES,
  ...DEVICE_PAGE_ROUTES,
  ...PERSON_ROUTES,
  ...ROLE_ROUTES,
  ...PERSON_SESSION_ROUTES,
  ...PERSON_PASSKEY_ROUTES,
  ...AUDIT_ROUTES,
  ...LOCAL_ACCOUNT_ROUTES,
  ...POLICY_ROUTES,
  ...VENDOR_CERTIFICATE_ROUTES,
  ...AUTHORITY_ROUTES,
  ...SECURITY_ROUTES,
  ...LINK_ROUTES,
  ...ICON_ROUTES,
  ...PROFILE_ROUTES,
  ...SCEP_ROUTES,
  ...HELP_ROUTES,
  ...START_ROUTES,
  ...PAGE_ROUTES,
  ...FILE_ROUTES,
} as const;
