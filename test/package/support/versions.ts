/** The oldest Node.js that Symphony supports. */
export const oldestNode = '22.19.0';

/** The newest of the one after. */
export const newestNode = '24';

export const nodeVersions: readonly string[] = [oldestNode, newestNode];
