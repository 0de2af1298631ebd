import { connect } from '@cardwright/sdk';

/** For pages under test: the sdk's `connect`, as a portal's own script would import it. */
Object.assign(window, { connect });
