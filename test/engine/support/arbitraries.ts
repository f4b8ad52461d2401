import fc from 'fast-check';

/** Valid names of processes, services and experiments. */
export const names = fc.stringMatching(/^[a-z][a-z0-9-]{0,20}[a-z0-9]$/);
