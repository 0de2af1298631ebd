/** Name by which browsers find the native-messaging host. */
export const HOST_NAME = 'org.cardwright.host';

/**
 * Public key of the Chromium extension: base64 of the DER SubjectPublicKeyInfo. It is the `key` in the extension's manifest. It fixes the
 * extension id, so that the host's manifest and an administrator's policy can name this id.
 */
export const CHROMIUM_EXTENSION_KEY =
  'MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA2D6Wi3cHtkv9qC3th2culpJSCsgb2MIhwccQnu6lwi2aGBKCwhJLpjbpV2W1T69ZPQq8KMRtncWYDug/5lqW9kJm2qHD8mfup52ElGQwXS2weXnn5pJJ84tgcbu0xgW50/8AtECq+WSCzHQ4+S15kGJ2Sa+Zc2OXSp9uZLfyBOAiJh/3gfOlRPQu9DRmbJgz7DioSqGDi1P2z9JbFlagNtiuWlVaU8ezwow4TMnNCHpBrdJvlf4brQa72BhpOFJTg18dQFqcWAe2HLxnS5FyfHE6JwfOM2OPSydVunmDO/zHA+qJGqCL5XjZPV6keNmp02A8xqd5IKNkf1Zl12XbRQIDAQAB';

/** Chromium's extension id: the first 16 bytes of SHA-256 over the public key, written with the letters a to p. */
export const CHROMIUM_EXTENSION_ID = 'bgndimlbjcagmmnfhehofoeodifnnofp';

/** Id of the extension in Firefox (`browser_specific_settings.gecko.id`). */
export const FIREFOX_EXTENSION_ID = 'cardwright@cardwright.org';

/** Product version, shared by the sdk, extension and host of one build. It is independent of the protocol version. */
export const PRODUCT_VERSION = '0.1.0';

/**
 * Returns the version of one build, which differs between two commits of the same product version.
 *
 * @param commit build metadata, such as `g4dc5a622`; undefined if the build does not know it
 *
 * @example
 * buildVersion('g4dc5a622'); // '0.1.0+g4dc5a622'
 */
export const buildVersion = (commit: string | undefined): string =>
  commit === undefined ? PRODUCT_VERSION : `${PRODUCT_VERSION}+${commit}`;
