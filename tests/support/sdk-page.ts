import { connect } from '@cardwright/sdk';

/** Provides pages under test with the sdk's `connect`, as a portal's own script imports it. */
Object.assign(window, { connect });
