/** Data from the launching shell. A runner stores it only where its owner alone can read it, and in no record. */
export interface LaunchingShell {
  readonly environment: Readonly<Record<string, string>>;
  readonly umask: number;
  /** Values of secret variables, by process as `formatProcess` writes it, then by variable name. */
  readonly secretValues: Readonly<Record<string, Readonly<Record<string, string>>>>;
}
