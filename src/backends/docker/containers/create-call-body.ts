/** The body of a call that creates a container or a volume, in the spelling of the Engine API. */
export type CreateCall = Readonly<Record<string, unknown>>;
