import fc from 'fast-check';

/** Names as processes, services and experiments may have them. */
export const names = fc.stringMatching(/^[a-z][a-z0-9-]{0,20}[a-z0-9]$/);
