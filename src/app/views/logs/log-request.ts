/** The arguments and options of `:logs`. */
export interface LogRequest {
  readonly targets: readonly string[];
  readonly previous: boolean;
  readonly all: boolean;
  readonly timestamps: boolean;
  /** How many lines of each process are read at the start. */
  readonly tail?: number;
  readonly since?: Date;
  /** A filter as the user types it: a regular expression, inverted by a leading `!`. */
  readonly filter?: string;
}
