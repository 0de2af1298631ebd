/** The stage that the demo and the tests share: private readers, virtual cards, the portal, a browser, a simulated phone. */
export { EXTENSION_DIR } from './stage-folders.js';
export { joinStage, openStage, type Stage, type StageOptions, type Insertion } from './stage.js';
export { startPrivatePcscd, type PrivatePcscd, type PrivatePcscdOptions } from './private-pcscd.js';
export type { VirtualReader } from './reader-configuration.js';
export { readCardFacts, type CardFacts } from '@cardwright/virtual-card';
export { insertCard, VIRTUAL_VENDOR, type InsertedCard, type VirtualCardOptions } from './virtual-card.js';
export { layDatabase } from './portal-database.js';
export { startPortal, type PortalOptions, type PortalProcess } from './portal-process.js';
export { launchBrowser, type BrowserOptions } from './browser.js';
export { waitForExtensionWindow, type StageBrowser } from './stage-browser.js';
export { FIREFOX_EXTENSION_DIR, launchFirefox, type FirefoxOptions, type StageFirefox } from './firefox/firefox.js';
export { backgroundOf } from './extension-background.js';
export { HOST_PROGRAM, type HostRegistration } from './host-registration.js';
export type { StagePolicy } from './managed-policy.js';
export {
  openAppleAuthority,
  type AppleAuthorities,
  type AppleAuthority,
  type DeviceIdentity,
  type DeviceKind,
  type KeepAuthorities,
} from './apple-authority.js';
export { issueCertificate, type CertificateOptions, type TestIdentity } from './openssl-certificate.js';
export { PasskeyWindows } from './passkey-windows.js';
export { RelyingPartySite, type LocalHost, type SiteManner } from './relying-party-site.js';
export {
  AuthenticatorDispenser,
  VirtualAuthenticator,
  type AuthenticatorOptions,
  type KeptCredential,
} from './virtual-authenticator.js';
export { freePort } from './free-port.js';
export { startPostgres, type EmptyCluster, type PrivatePostgres } from './private-postgres.js';
export { PartsKeeper } from './shared/keeper.js';
export { KEEPER } from './shared/keeper-address.js';
export { askKeeper } from './shared/ask-keeper.js';
export { connectChromium } from './shared/chromium.js';
export { addAccounts, createDatabase, dropDatabase, type NewAccount, resetDatabase } from './shared/portal-database.js';
export type { PlaceOf } from './shared/parts.js';
export { TiedProcess, type TiedProcessOptions } from './tied-process.js';
export { onProcessEnd } from './process-end.js';
export { PATIENCE_MS, patiently } from './patience.js';
export { until } from './until.js';
export { inRepository } from './repository.js';
export { IndependentTools, askProgram, type Answer } from './independent-tools.js';
export { PortalUser, type Account, type DeviceRow } from './portal-user.js';
export { WIZARD_PANES, type Failure, type PaneName, type Refusal, type Wizard } from './wizard.js';
export { OperatorPage } from './operator-page.js';
export { MobileDialog, readShownLink, type MobilePaneName, type ShownPhone } from './mobile-dialog.js';
export { clickElement, findElement, findText } from './page-search.js';
export { pressButton, pressToClose, pressToEnter } from './press-button.js';
export { Iphone, type IphoneOptions } from './iphone/iphone.js';
export type { Installation, InstalledProfile } from './iphone/installation.js';
export { internet, type Network, type PhoneRequest } from './iphone/network.js';
export { PhoneFailure } from './iphone/phone-failure.js';
export type { SafariPage } from './iphone/safari.js';
export type { SignedProfile } from './iphone/signed-profile.js';
export type { Look } from './window-user.js';
