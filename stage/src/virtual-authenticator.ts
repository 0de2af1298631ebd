import type { Browser, CDPSession, Page, Protocol } from 'puppeteer-core';

/** A credential as an authenticator stores it. */
export type KeptCredential = Protocol.WebAuthn.Credential;

export interface AuthenticatorOptions {
  /** Set when the authenticator is touched at once. Default: true. */
  readonly isTouched?: boolean;
  /** Set when user verification succeeds. Default: true. */
  readonly isUserVerified?: boolean;
}

/**
 * A virtual security key of Chromium itself (Chrome DevTools Protocol, WebAuthn), which needs no card and no reader. In a page with such a key,
 * Chromium shows no passkey dialog.
 */
export class VirtualAuthenticator {
  private constructor(
    private readonly session: CDPSession,
    private readonly id: string,
  ) {}

  /** Adds a virtual authenticator to a page. */
  static async plugInto(page: Page, options: AuthenticatorOptions = {}): Promise<VirtualAuthenticator> {
    return VirtualAuthenticator.plugIntoSession(await page.createCDPSession(), options);
  }

  static async plugIntoSession(session: CDPSession, options: AuthenticatorOptions): Promise<VirtualAuthenticator> {
    const { isTouched = true, isUserVerified = true } = options;
    await session.send('WebAuthn.enable');
    const { authenticatorId } = await session.send('WebAuthn.addVirtualAuthenticator', {
      options: {
        protocol: 'ctap2',
        ctap2Version: 'ctap2_1',
        transport: 'usb',
        hasResidentKey: true,
        hasUserVerification: true,
        isUserVerified,
        automaticPresenceSimulation: isTouched,
      },
    });
    return new VirtualAuthenticator(session, authenticatorId);
  }

  /** Returns the stored credentials. */
  async credentials(): Promise<readonly KeptCredential[]> {
    const { credentials } = await this.session.send('WebAuthn.getCredentials', { authenticatorId: this.id });
    return credentials;
  }

  /** Touches the authenticator, now and for all later requests. */
  async touch(): Promise<void> {
    await this.session.send('WebAuthn.setAutomaticPresenceSimulation', { authenticatorId: this.id, enabled: true });
  }
}

/**
 * Adds a virtual authenticator to each page and window that opens. A page whose server awaits `everyPageHasOne` before it answers has its
 * authenticator before its scripts run.
 */
export class AuthenticatorDispenser {
  readonly #given: Promise<VirtualAuthenticator>[] = [];

  private constructor(private readonly root: CDPSession) {}

  static async start(browser: Browser, options: AuthenticatorOptions = {}): Promise<AuthenticatorDispenser> {
    const root = await browser.target().createCDPSession();
    const dispenser = new AuthenticatorDispenser(root);
    root.on('sessionattached', (session: CDPSession) => {
      const given = VirtualAuthenticator.plugIntoSession(session, options);
      dispenser.#given.push(given);
      // Adding fails for a page that is already closed, which needs no authenticator.
      void given
        .catch(() => undefined)
        .then(() => session.send('Runtime.runIfWaitingForDebugger').catch(() => undefined));
    });
    await root.send('Target.setAutoAttach', {
      autoAttach: true,
      waitForDebuggerOnStart: true,
      flatten: true,
      filter: [{ type: 'page' }, { exclude: true }],
    });
    return dispenser;
  }

  /** Waits until each page that has requested anything from a server so far has its authenticator. */
  async everyPageHasOne(): Promise<void> {
    // The browser announces all existing pages before it answers this command.
    await this.root.send('Target.getTargets');
    await Promise.allSettled(this.#given);
  }

  /** Returns the authenticators that were added so far, oldest first. */
  async authenticators(): Promise<readonly VirtualAuthenticator[]> {
    const settled = await Promise.allSettled(this.#given);
    return settled.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
  }

  async stop(): Promise<void> {
    await this.root.detach();
  }
}
